import { groupBy } from '../../group-by.js';
import { isHealthy } from '../../machines/checks.js';
import type { AppMachine } from '../result/app-machine.js';
import { type MaxUnavailable, mostDown } from './max-unavailable.js';

/** Process group of an app, whose machines are restarted a few at a time. */
export interface RollingGroup {
  readonly app: string;
  /** Process group; undefined for machines without one. */
  readonly name: string | undefined;
  /** Number of its machines that are up. */
  readonly up: number;
  /** Number of machines that may be down at once. */
  readonly places: number;
  /**
   * Machines in the order of their turns, by rounds: first those that serve nobody, since their checks fail or they are not
   * up, then the first that serves, alone, then the others.
   */
  readonly rounds: readonly (readonly AppMachine[])[];
  /** Machines that serve. */
  readonly serving: ReadonlySet<AppMachine>;
}

/** Returns the groups of machines that are to be restarted, each in the order in which that happens. */
export function rollingGroups(machines: readonly AppMachine[], most: MaxUnavailable): RollingGroup[] {
  const groups = groupBy(machines, ({ app, processGroup = '' }) => `${app}/${processGroup}`);
  return [...groups.values()].map((members) => {
    const [{ app, processGroup: name } = { app: '', processGroup: undefined }] = members;
    const up = members.filter(isUp).length;
    const places = mostDown(most, up);
    const serving = new Set(byTurns(members.filter(serves)));
    const [first, ...others] = serving;
    const ailing = byTurns(members.filter((it) => !serving.has(it)));
    const alone = first === undefined ? [] : [[first]];
    return {
      app,
      name,
      up,
      places,
      serving,
      rounds: [...slices(ailing, places), ...alone, ...slices(others, places)],
    };
  });
}

/** Returns whether a machine is up, and its checks pass as far as it has any. */
function serves(machine: AppMachine): boolean {
  return isUp(machine) && isHealthy(machine);
}

/** Returns whether a machine is up, whatever its checks say. */
export function isUp({ state }: AppMachine): boolean {
  return state === 'started';
}

/** Lets regions take turns, so that machines which are down at once are in different regions where that can be. */
function byTurns(machines: readonly AppMachine[]): AppMachine[] {
  const regions = [...groupBy(machines, ({ region }) => region).values()];
  const longest = Math.max(0, ...regions.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => regions.flatMap((it) => it[turn] ?? [])).flat();
}

function slices(machines: readonly AppMachine[], size: number): (readonly AppMachine[])[] {
  const rounds = Math.ceil(machines.length / size);
  return Array.from({ length: rounds }, (_, round) => machines.slice(round * size, (round + 1) * size));
}
