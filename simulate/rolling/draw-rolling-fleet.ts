import type { MachineConfig } from '../../emulator/machines/machine.js';
import type { Dice } from '../../fuzz/dice.js';
import { NEVER_MS, paced } from '../draw/behaviours.js';
import { OUR_ORG } from '../draw/fleet.js';
import { drawName } from '../draw/texts.js';
import type { ScriptApp, ScriptMachine } from '../script/script.js';

const MOST_MACHINES = 40;
const [MINUTE, HOUR] = [60_000, 3_600_000];
const APPS = ['my-app', 'staging-web'] as const;
const GROUPS = ['app', 'worker', 'web', 'cron'] as const;
const REGIONS_OF_ALL = ['fra', 'iad', 'nrt', 'syd'] as const;

type Behaves = NonNullable<ScriptMachine['behaviour']>;

/** Behaviours of machines that take their time, and come back. */
const SLOW: readonly Behaves[] = [
  { bootMs: 5 },
  { bootMs: 8_000 },
  { bootMs: 20_000, stopMs: 20_000 },
  { bootMs: 90_000 },
  { ignoresSignal: true },
  { checksPassMs: 5 },
  { checksPassMs: 15_000 },
  { checksPassMs: 70_000 },
  { lingersMs: 5_000 },
  { visitedAfterMs: 100 },
];

/** Behaviours of machines that may not come back, or served nobody before. */
const BAD: readonly Behaves[] = [
  { boot: 'fails' },
  { boot: 'never' },
  { boot: 'exits', exitAfterMs: 200, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 2_000, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 20_000, exitCode: 1 },
  { boot: 'exits', exitAfterMs: 2_000, killed: true },
  { boot: 'exits', bootMs: 1, exitAfterMs: 0 },
  { boot: 'ends', bootMs: 1, exitCode: 127 },
  { boot: 'ends' },
  { checksPassMs: NEVER_MS },
  // They passed an hour after its start, and don't in the time of a step.
  { checksPassMs: 30 * MINUTE },
  { checks: { '*': { status: 'critical', output: 'connection refused' } } },
  { checks: { '*': { status: 'warning', output: 'slow' } } },
  { reports: ['probe'], checksPassMs: NEVER_MS },
  { reports: ['probe'] },
  { unreachable: true },
  { zombie: true },
];

/** Configurations of a group's checks. */
const CHECKED: readonly MachineConfig[] = [
  { checks: { web: { type: 'http', port: 8080 } } },
  { services: [{ internal_port: 8080, autostop: 'stop', autostart: true, checks: [{ type: 'http' }] }] },
  { checks: { web: {}, db: {} }, services: [{ internal_port: 80, checks: [{ type: 'tcp' }] }] },
];

/** Shares of a fleet that are slow, bad, or in another state than started. */
interface Shares {
  readonly slow: number;
  readonly bad: number;
  readonly away: number;
}

/** Draws one or two apps with up to forty machines in up to four groups. */
export function drawRollingFleet(dice: Dice): ScriptApp[] {
  const count = dice.chance(0.85) ? dice.size(MOST_MACHINES) : 1 + dice.below(MOST_MACHINES);
  const apps = APPS.slice(0, count > 1 && dice.chance(0.35) ? 2 : 1);
  const groups = GROUPS.slice(0, dice.pick([1, 1, 2, 3, 4]));
  const regions = REGIONS_OF_ALL.slice(0, 1 + dice.below(REGIONS_OF_ALL.length));
  const shares = {
    slow: dice.pick([0, 0, 0.1, 0.5]),
    bad: dice.pick([0, 0, 0, 0.03, 0.1, 0.3]),
    away: dice.pick([0, 0, 0.1, 0.3]),
  };
  const configs = new Map(
    apps.flatMap((app) => groups.map((group) => [`${app}/${group}`, drawConfig(dice)] as const)),
  );
  const machines = Array.from({ length: count }, (_, index) => {
    const app = dice.pick(apps);
    const group = dice.pick(groups);
    const config = configs.get(`${app}/${group}`) ?? {};
    const region = dice.pick(regions);
    const machine = drawRollingMachine(dice, { index, config, shares });
    return { app, machine: { ...machine, region, processGroup: group } };
  });
  return apps.map((name) => ({
    name,
    org: OUR_ORG,
    machines: machines.filter(({ app }) => app === name).map(({ machine }) => machine),
  }));
}

function drawConfig(dice: Dice): MachineConfig {
  return {
    ...(dice.chance(0.5) && dice.pick(CHECKED)),
    ...(dice.chance(0.2) && { stop_config: { timeout: dice.pick(['1s', '30s']) } }),
    ...(dice.chance(0.2) && {
      restart: dice.pick([{ policy: 'always' }, { policy: 'no' }, { policy: 'on-failure', max_retries: 2 }]),
    }),
  };
}

function drawRollingMachine(
  dice: Dice,
  {
    index,
    config,
    shares,
  }: { readonly index: number; readonly config: MachineConfig; readonly shares: Shares },
): ScriptMachine {
  const isAway = dice.chance(shares.away);
  const behaviour = dice.chance(shares.bad)
    ? dice.pick(BAD)
    : dice.chance(shares.slow)
      ? dice.pick(SLOW)
      : {};
  const away = ['stopped', 'stopped', 'suspended', 'failed', 'created', 'starting', 'stopping'] as const;
  return {
    // Ids are in another order than machines.
    id: `d891${dice.bytes(3).toString('hex')}0${String(index).padStart(3, '0')}`,
    name: drawName(dice, index),
    state: isAway ? dice.pick(away) : 'started',
    config,
    sinceMs: dice.pick([6_000, 6_000, HOUR, HOUR, HOUR, 9 * HOUR]),
    ...(Object.keys(behaviour).length > 0 && { behaviour: paced(behaviour, config) }),
  };
}
