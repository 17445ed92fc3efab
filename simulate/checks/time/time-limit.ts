import type { ProcessRun } from '../../history/history.js';
import type { Script } from '../../script/script.js';
import { durationIn } from './duration.js';

const USUAL_MS = 300_000;
/** Time beside the work itself where a step makes room for long work. */
const ROOM_MS = 60_000;
const USUAL_PLACES = 20;
/** Fly's own kill timeout where a machine has none, and the time to come back, checks included. */
const [USUAL_KILL_MS, BACK_MS] = [5_000, 150_000];
/** Commands whose work has a time of its own, which may begin only shortly before the five minutes are over. */
const WITH_ROOM = new Set([
  ...['start', 'stop', 'suspend', 'restart', 'warm-up'],
  ...['stop-idle', 'hours', 'exec'],
]);
/** Longest time that the rounds of a restart make room for. */
const LONGEST_ROLLING_MS = 7_200_000;

/**
 * Returns how long a step may take by its inputs, in milliseconds: its `timeout`, else five minutes, and more where the
 * work has a time of its own, as the documentation has it: a kill timeout, `settle`, the rounds of a restart or an `exec`.
 * Rather too long than too short.
 */
export function timeLimitOf({ step }: ProcessRun, script: Script): number {
  const { inputs, command } = step;
  const given = durationIn(inputs['timeout'] ?? 'auto');
  if (given !== undefined) return given;
  const longest =
    command === 'exec'
      ? execMs(inputs, script)
      : command === 'restart'
        ? rollingMs(inputs, script)
        : killMs(inputs, script) + settleMs(inputs);
  return longest === 0 && !WITH_ROOM.has(command) ? USUAL_MS : USUAL_MS + ROOM_MS + longest;
}

/** Returns the time of a restart whose machines follow one another: groups and apps go side by side. */
function rollingMs(inputs: ProcessRun['step']['inputs'], script: Script): number {
  const most = Math.max(0, ...script.apps.map(({ machines }) => machines.length));
  const each = Math.max(USUAL_KILL_MS, killMs(inputs, script)) + BACK_MS + settleMs(inputs);
  return Math.min(most * each, LONGEST_ROLLING_MS);
}

function settleMs(inputs: ProcessRun['step']['inputs']): number {
  return durationIn(inputs['settle'] ?? 'auto') ?? 0;
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
