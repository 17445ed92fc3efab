import type { MachineConfig } from '../../../emulator/machines/machine.js';
import type { Dice } from '../../../fuzz/dice.js';
import { OUR_ORG } from '../../draw/fleet.js';
import { drawName } from '../../draw/texts.js';
import type { ScriptApp, ScriptLoad, ScriptMachine } from '../../script/script.js';
import { drawHours, drawUnreadable } from './hours-texts.js';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** Ways in which an app's machines sleep: by hours, by an evening and a morning job, by idleness, or not at all. */
export type Kind = 'hours' | 'night' | 'idle' | 'free';

/** App, and the way in which it sleeps. */
export interface KindApp extends ScriptApp {
  readonly kind: Kind;
}

/** Organization, and the moment from which it is played. */
export interface Organization {
  readonly start: number;
  readonly apps: readonly KindApp[];
  /** Hours of machines that have none of their own; undefined: those are left alone. */
  readonly defaultHours: string | undefined;
}

/** Shares of the kinds in all machines. */
const SHARES: Readonly<Record<Kind, number>> = { hours: 1, night: 0.8, idle: 0.4, free: 0.4 };

const SIZES = [
  { cpu_kind: 'shared', cpus: 1, memory_mb: 256 },
  { cpu_kind: 'shared', cpus: 2, memory_mb: 1_024 },
  { cpu_kind: 'performance', cpus: 2, memory_mb: 4_096 },
] as const;

/** Restart policy of machines that crash by themselves: one that goes on for ever makes more history than all others together. */
const LOOP = { policy: 'on-failure', max_retries: 4 };

/** Draws 120 to 260 machines in five to twelve apps. */
export function drawOrganization(dice: Dice, start: number): Organization {
  const count = 5 + dice.below(8);
  const kinds: readonly Kind[] = ['hours', 'night', 'idle', 'hours', 'free'];
  const chosen = Array.from(
    { length: count },
    (_, index) => kinds[index] ?? dice.pick(['hours', 'hours', 'night', 'idle'] as const),
  );
  // Metrics cost much, and machines that nothing touches tell little.
  const weights = chosen.map((kind) => SHARES[kind] * (0.2 + dice.next() ** 2));
  const total = weights.reduce((sum, it) => sum + it, 0);
  const machines = 120 + dice.below(141);
  const apps = chosen.map((kind, place): KindApp => {
    const size = Math.max(2, Math.round((machines * (weights[place] ?? 0)) / total));
    const usual = drawHours(dice, start);
    const config = drawConfig(dice);
    const plan = { place, kind, usual, start };
    return {
      name: `${kind}-${place}`,
      org: OUR_ORG,
      kind,
      machines: Array.from({ length: size }, (__, index) =>
        drawSleeper(dice, { ...plan, index, config: dice.chance(0.8) ? config : drawConfig(dice) }),
      ),
    };
  });
  return { start, apps, defaultHours: dice.chance(0.4) ? drawHours(dice, start) : undefined };
}

function drawConfig(dice: Dice): MachineConfig {
  const service = {
    internal_port: 8080,
    autostart: true,
    autostop: dice.pick(['off', 'off', 'stop'] as const),
  };
  return {
    guest: dice.pick(SIZES),
    ...(dice.chance(0.5) && { services: [service] }),
    ...(dice.chance(0.15) && { stop_config: { timeout: dice.pick(['1s', '30s']) } }),
    ...(dice.chance(0.2) && { restart: dice.pick([{ policy: 'always' }, { policy: 'no' }]) }),
  };
}

interface SleeperPlan {
  readonly place: number;
  readonly index: number;
  readonly kind: Kind;
  /** Hours of most machines of the app. */
  readonly usual: string;
  readonly start: number;
  readonly config: MachineConfig;
}

function drawSleeper(dice: Dice, { place, index, kind, usual, start, config }: SleeperPlan): ScriptMachine {
  const state = dice.chance(0.8)
    ? 'started'
    : dice.pick(['stopped', 'stopped', 'stopped', 'suspended', 'failed'] as const);
  const behaviour = dice.chance(0.1) ? dice.pick(ODD) : undefined;
  const load = kind === 'idle' ? drawWork(dice) : undefined;
  const hours = drawOwnHours(dice, { kind, usual, start });
  const oddity = dice.chance(0.02) && dice.pick([{ schedule: 'daily' }, { auto_destroy: true }]);
  return {
    id: `d891${dice.bytes(2).toString('hex')}${String(place).padStart(2, '0')}0${String(index).padStart(3, '0')}`,
    name: drawName(dice, index),
    region: dice.pick(['fra', 'fra', 'iad', 'syd']),
    processGroup: dice.pick(['app', 'app', 'worker']),
    state,
    config: { ...config, ...oddity, ...(behaviour?.boot === 'exits' && { restart: LOOP }) },
    sinceMs: dice.pick([20 * MINUTE, 3 * HOUR, 9 * HOUR, 30 * HOUR, 4 * DAY]),
    metadata: {
      ...(hours !== undefined && { hours }),
      ...(dice.chance(0.05) && { 'keep-alive': dice.pick(['true', 'yes', 'false']) }),
      ...(dice.chance(0.06) && { 'keep-alive-until': new Date(start + dice.below(10) * DAY).toISOString() }),
      ...drawMarks(dice, { kind, start, isDown: state === 'stopped' || state === 'suspended' }),
    },
    ...(dice.chance(0.02) && { cordoned: true }),
    ...(behaviour !== undefined && { behaviour }),
    ...(load !== undefined && { load }),
  };
}

/** Machines that take their time, or don't do what they are told. */
const ODD: readonly NonNullable<ScriptMachine['behaviour']>[] = [
  { bootMs: 30_000 },
  { stopMs: 20_000 },
  { ignoresSignal: true },
  { lingersMs: 5_000 },
  { visitedAfterMs: 1_500 },
  { boot: 'fails' },
  { start: 'no-capacity' },
  { boot: 'exits', exitAfterMs: 20_000, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 40 * MINUTE, exitCode: 1 },
  { suspend: 'refused' },
];

function drawOwnHours(
  dice: Dice,
  { kind, usual, start }: Pick<SleeperPlan, 'kind' | 'usual' | 'start'>,
): string | undefined {
  if (kind !== 'hours' && (kind !== 'free' || dice.chance(0.7))) return undefined;
  if (dice.chance(0.7)) return usual;
  if (dice.chance(0.3)) return undefined;
  return dice.chance(0.25) ? drawUnreadable(dice) : drawHours(dice, start);
}

/** Draws marks that jobs of the week before have left, or somebody else in another form. */
function drawMarks(
  dice: Dice,
  { kind, start, isDown }: { readonly kind: Kind; readonly start: number; readonly isDown: boolean },
): Readonly<Record<string, string>> {
  const name = kind === 'night' || kind === 'hours' ? kind : undefined;
  if (name === undefined || !dice.chance(isDown ? 0.3 : 0.03)) return {};
  const text = `${new Date(start - 6 * HOUR).toISOString()} stopped octocat/shop/7`;
  return { [`marked-${name}`]: dice.chance(0.7) ? text : dice.pick(['yes', 'by ada, on Friday']) };
}

/** Draws the work of a machine over the two weeks. */
function drawWork(dice: Dice): ScriptLoad {
  const at = dice.below(14 * DAY);
  return dice.pick<ScriptLoad>(['idle', 'idle', 'idle', 'busy', { busyUntil: at }, { busyFrom: at }]);
}
