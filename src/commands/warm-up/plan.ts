import type { ActionError } from '../../errors.js';
import { isHealthy } from '../../machines/checks.js';
import { guardOf } from '../../machines/machine/guards.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Selected } from '../selection/selection.js';

/** Number of machines that must be ready in each app: all, a number, or a number for each of some regions. */
export type WarmCount = 'all' | number | ReadonlyMap<string, number>;

/** Machine that may be one of those. */
export interface Candidate {
  /** `ready` as listed, `await` to wait for it, or `change` to start it. */
  readonly kind: 'ready' | 'await' | 'change';
  readonly machine: AppMachine;
}

/** Machines of which a number must become ready. */
export interface WarmGroup {
  readonly app: string;
  /** Region that the count is for; undefined for the whole app. */
  readonly region: string | undefined;
  readonly need: number;
  /** Candidates in the order in which they are taken. */
  readonly candidates: readonly Candidate[];
}

/** Machine that is left alone, with the reason. */
export interface PassedOver {
  readonly machine: AppMachine;
  readonly reason: string;
  /** Error, where the step needed this machine. */
  readonly error?: ActionError | undefined;
}

/** Plan of a warm-up, made from the list of machines alone. */
export interface WarmGroups {
  readonly groups: readonly WarmGroup[];
  readonly passedOver: readonly PassedOver[];
}

/** Bounds of the groups beside the selection. */
export interface WarmBounds {
  /** Apps that were listed. Each must reach its count, even one without machines. */
  readonly apps: readonly string[];
  readonly count: WarmCount;
  /** Largest number of machines to start; undefined: no limit. */
  readonly limit: number | undefined;
  readonly guard: (machine: AppMachine) => string | undefined;
  /** Returns why a machine can't be started. Unless all must be ready, others are started in its place. */
  readonly forbids?: WorkTools['forbids'];
  /** Time of the list, in Unix milliseconds by the servers' clock. */
  readonly now: number;
}

/** Rank, in place of a state, of a machine that started long ago and still isn't ready. */
const AILING = 'ailing';
/** Time in milliseconds after its start from which a machine is ailing: most become ready sooner. */
const AILING_MS = 120_000;
/** States from which a machine can come to be ready, the fastest first. An ailing one may never, but needs no start. */
const ORDER = [
  ...['started', 'starting', 'restarting', 'suspended', 'stopped', AILING, 'suspending', 'stopping'],
  ...['replacing', 'updating', 'creating', 'created', 'failed'],
];
const COMING: ReadonlySet<string> = new Set(['starting', 'restarting']);

/** Returns the reason not to warm up a machine unless it is named by its id; undefined for none. */
export function warmGuard(machine: AppMachine): string | undefined {
  return (
    guardOf(machine) ??
    (machine.cordoned ? 'cordoned, so that no traffic comes to it' : undefined) ??
    (machine.schedule === undefined ? undefined : `runs on a schedule (${machine.schedule})`)
  );
}

/** Sorts the selected machines into groups, each with its own count. */
export function warmGroups(selected: readonly Selected[], bounds: WarmBounds): WarmGroups {
  const { count, guard, limit = Number.POSITIVE_INFINITY } = bounds;
  const left: PassedOver[] = [];
  const byApp = new Map(bounds.apps.map((app): [string, Candidate[]] => [app, []]));
  let starts = 0;
  for (const { machine, named, excluded } of selected) {
    const kind = kindOf(machine);
    const isOver = count === 'all' && kind === 'change' && starts >= limit;
    const unfit = excluded ?? (named ? undefined : guard(machine)) ?? unwanted(machine, count);
    const error = unfit === undefined && kind === 'change' ? bounds.forbids?.(machine) : undefined;
    const reason = unfit ?? error?.message ?? (isOver ? limitReached(limit) : undefined);
    if (reason !== undefined || kind === undefined) {
      const isWanted = count === 'all' && error !== undefined;
      left.push({ machine, reason: reason ?? `it is ${machine.state}`, ...(isWanted && { error }) });
      continue;
    }
    if (kind === 'change') starts += 1;
    byApp.get(machine.app)?.push({ kind, machine });
  }
  const groups = [...byApp].flatMap(([app, candidates]) => groupsOf({ app, candidates, ...bounds }));
  return { groups, passedOver: left };
}

/** Returns the reason why no other machine is started. */
export function limitReached(limit: number): string {
  return `limit of ${limit} reached`;
}

function kindOf(machine: AppMachine): Candidate['kind'] | undefined {
  const { state } = machine;
  if (state === 'started') return isHealthy(machine) ? 'ready' : 'await';
  if (COMING.has(state)) return 'await';
  return ORDER.includes(state) ? 'change' : undefined;
}

function unwanted({ region }: AppMachine, count: WarmCount): string | undefined {
  return typeof count === 'object' && !count.has(region) ? `\`count\` has no ${region}` : undefined;
}

interface Unsorted extends Pick<WarmBounds, 'count' | 'now'> {
  readonly app: string;
  readonly candidates: readonly Candidate[];
}

function groupsOf({ app, candidates: unsorted, count, now }: Unsorted): WarmGroup[] {
  const candidates = inOrder(unsorted, now);
  if (typeof count !== 'object') {
    const need = count === 'all' ? candidates.length : count;
    return [{ app, region: undefined, need, candidates }];
  }
  return [...count].map(([region, need]) => ({
    app,
    region,
    need,
    candidates: candidates.filter(({ machine }) => machine.region === region),
  }));
}

/** Sorts candidates by how fast they become ready; those of one rank stay in the order of their ids. */
function inOrder(candidates: readonly Candidate[], now: number): Candidate[] {
  const rankOf = ({ kind, machine: { state, newestStart } }: Candidate) => {
    if (kind === 'ready') return -1;
    return ORDER.indexOf(state === 'started' && now - newestStart > AILING_MS ? AILING : state);
  };
  return [...candidates].sort((a, b) => rankOf(a) - rankOf(b));
}
