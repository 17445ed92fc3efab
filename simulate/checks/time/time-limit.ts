import type { ProcessRun } from '../../history/history.js';
import type { Script } from '../../script/script.js';
import { durationIn } from './duration.js';

const USUAL_MS = 300_000;
/** Time beside the work itself where a step makes room for long work. */
const ROOM_MS = 60_000;
/** Fly's own kill timeout is 5 s where a machine has none. */
const USUAL_PLACES = 20;

/**
 * Returns how long a step may take by its inputs, in milliseconds: its `timeout`, else five minutes, and more where a kill
 * timeout or the rounds of an `exec` want more, as the documentation has it. Rather too long than too short.
 */
export function timeLimitOf({ step }: ProcessRun, script: Script): number {
  const { inputs, command } = step;
  const given = durationIn(inputs['timeout'] ?? 'auto');
  if (given !== undefined) return given;
  const longest = command === 'exec' ? execMs(inputs, script) : killMs(inputs, script);
  return longest === 0 ? USUAL_MS : USUAL_MS + ROOM_MS + longest;
}

function execMs(inputs: ProcessRun['step']['inputs'], { apps }: Script): number {
  const machines = apps.reduce((sum, app) => sum + app.machines.length, 0);
  const places = Number(inputs['max-concurrent'] ?? USUAL_PLACES) || 1;
  return Math.ceil(machines / places) * (durationIn(inputs['exec-timeout'] ?? '1m') ?? 0);
}

function killMs(inputs: ProcessRun['step']['inputs'], { apps }: Script): number {
  const given = durationIn(inputs['kill-timeout'] ?? 'auto') ?? 0;
  const own = apps.flatMap(({ machines }) =>
    machines.map(({ config }) => {
      const timeout = config?.stop_config?.timeout;
      // Go writes numbers of nanoseconds.
      return typeof timeout === 'number' ? timeout / 1_000_000 : (durationIn(timeout ?? '') ?? 0);
    }),
  );
  return Math.max(0, given, ...own);
}
