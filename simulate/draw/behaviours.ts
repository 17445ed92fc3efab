import { HOSTILE_TEXT } from '../../emulator/machines/behaviour.js';
import type { MachineState } from '../../emulator/machines/states.js';
import type { Dice } from '../../fuzz/dice.js';
import type { ScriptMachine } from '../script/script.js';
import type { Features } from './features.js';

type Given = NonNullable<ScriptMachine['behaviour']>;

/** Time that no script reaches. JSON, in which scripts are printed, has no Infinity. */
export const NEVER_MS = 1e11;

/** Ways of machines and hosts to misbehave. */
const BEHAVIOURS: readonly Given[] = [
  { boot: 'fails' },
  { boot: 'never' },
  { boot: 'exits', exitAfterMs: 2_000, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 200, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 2_000, killed: true },
  { boot: 'exits', bootMs: 1, exitAfterMs: 0 },
  { boot: 'exits', exitAfterMs: 20_000 },
  { boot: 'exits', exitAfterMs: 20_000, exitCode: 1 },
  { boot: 'ends', bootMs: 1, exitCode: 127 },
  { boot: 'ends' },
  { visitedAfterMs: 1_500 },
  { visitedAfterMs: 100 },
  { bootMs: 20_000, stopMs: 20_000 },
  { bootMs: 90_000 },
  { bootMs: 5 },
  { ignoresSignal: true },
  { start: 'no-capacity' },
  { start: 'no-capacity-402' },
  { start: 'no-capacity-403' },
  { start: 'no-capacity-412' },
  { start: 'no-capacity-422' },
  { start: 'no-capacity-503' },
  { start: 'no-capacity-200' },
  { start: 'volume-placement' },
  { start: 'over-quota' },
  { start: 'unpaid-402' },
  { start: 'unpaid-403' },
  { start: 'unpaid-422' },
  { start: 'machine-limit' },
  { start: 'volume-in-use' },
  { start: 'error' },
  { start: 'error-active' },
  { suspend: 'refused' },
  { unreachable: true },
  { lingersMs: 5_000 },
  { zombie: true },
  { createdMs: NEVER_MS },
  { createdMs: 30_000 },
  { checksPassMs: 15_000 },
  { checksPassMs: NEVER_MS },
  { checks: { '*': { status: 'critical', output: HOSTILE_TEXT } } },
  { checks: { '*': { status: 'warning', output: 'slow' } } },
  { reports: ['probe'] },
  { reports: ['probe'], checksPassMs: NEVER_MS },
  { containers: 'unreported' },
  { containers: { web: 'stopped' } },
  { execCut: 'EOF' },
];

/** Machines that seem not to exist at first: a lie, which calm scripts are spared. */
const UNSEEN: readonly Given[] = [{ unseenTimes: 2 }, { unseenMs: 3_000 }];

/** Way of a machine whose checks never pass. */
export const AILING: Given = { checks: { '*': { status: 'critical', output: 'connection refused' } } };

/** Ways of a machine that is up, and does not come back from a restart, or not for long. */
const AFTER_RESTART: readonly Given[] = [
  { boot: 'fails' },
  { boot: 'exits', exitAfterMs: 200, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 3_000, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 3_000, killed: true },
  { boot: 'exits', exitAfterMs: 3_000 },
  { boot: 'exits', exitAfterMs: 20_000, killed: true },
  { bootMs: 20_000, stopMs: 20_000 },
  { checksPassMs: 15_000 },
  AILING,
];

/** Draws how a machine misbehaves. */
export function drawBehaviour(dice: Dice, { calm, rolling }: Pick<Features, 'calm' | 'rolling'>): Given {
  if (rolling && dice.chance(0.7)) return dice.pick(AFTER_RESTART);
  return dice.pick(calm ? BEHAVIOURS : [...BEHAVIOURS, ...UNSEEN]);
}

/** Draws a state in which the behaviour will show: what is about starts needs a machine that isn't started. */
export function drawStateFor(dice: Dice, { start, boot, suspend, execCut }: Given): MachineState | undefined {
  if (dice.chance(0.25)) return undefined;
  if (start !== undefined || boot !== undefined) return dice.pick(['stopped', 'stopped', 'suspended']);
  return suspend !== undefined || execCut !== undefined ? 'started' : undefined;
}

/** Programs that commands run, by how they end. */
const PROGRAMS: readonly NonNullable<ScriptMachine['program']>[] = [
  { exitCode: 0, stdout: 'done\n', takesMs: 300 },
  { exitCode: 0, stdout: 'migrated\n', takesMs: 20_000 },
  { exitCode: 1, stdout: '', takesMs: 50 },
  { exitCode: 3, stdout: 'half of it\n', takesMs: 2_000 },
  { exitCode: 0, stdout: `${HOSTILE_TEXT}\n`, takesMs: 10 },
  { exitCode: 0, stdout: 'so far\n', takesMs: NEVER_MS },
];

/** Draws the program that all commands of a machine run. */
export function drawProgram(dice: Dice): NonNullable<ScriptMachine['program']> {
  return dice.pick(PROGRAMS);
}

/** Time in milliseconds that a machine takes to come up once more after an end, where Fly starts it again for ever. */
const AGAIN_MS = 2_000;

/** Returns a behaviour with which a machine that ends, and is always started again, does not do so a thousand times a second. */
export function paced(behaviour: Given, { restart }: NonNullable<ScriptMachine['config']> = {}): Given {
  const { boot, bootMs = 0 } = behaviour;
  const isEndless = restart?.policy === 'always' && (boot === 'exits' || boot === 'ends');
  return isEndless ? { ...behaviour, bootMs: Math.max(AGAIN_MS, bootMs) } : behaviour;
}
