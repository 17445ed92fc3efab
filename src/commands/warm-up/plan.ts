import type { ActionError } from '../../errors.js';
import { isHealthy } from '../../machines/checks.js';
import { guardOf } from '../../machines/machine/guards.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Selected } from '../selection/selection.js';

/** Number of machines that are to be ready in each app: all, so many, or so many in each of some regions. */
export type WarmCount = 'all' | number | ReadonlyMap<string, number>;

/** Machine that may become one of those that are ready. */
export interface Candidate {
  /** Ready as listed, on its way, or to be started. */
  readonly kind: 'ready' | 'await' | 'change';
  readonly machine: AppMachine;
}

/** Group of machines of which so many must become ready. */
export interface WarmGroup {
  readonly app: string;
  /** Region that the count is for; undefined: the whole app. */
  readonly region: string | undefined;
  readonly need: number;
  /** Candidates in the order in which they are taken. */
  readonly candidates: readonly Candidate[];
}

/** Machine that is left alone, and why. */
export interface PassedOver {
  readonly machine: AppMachine;
  readonly reason: string;
  /** Error where the machine should not have been left alone. */
  readonly error?: ActionError | undefined;
}

/** Plan of a warm-up, by what was listed alone. */
export interface WarmGroups {
  readonly groups: readonly WarmGroup[];
  readonly passedOver: readonly PassedOver[];
}

/** Bounds of the groups beside the selection. */
export interface WarmBounds {
  /** Apps that were listed. Each must come to its count, whether it has machines or not. */
  readonly apps: readonly string[];
  readonly count: WarmCount;
  /** Most machines to start. */
  readonly limit: number | undefined;
  readonly guard: (machine: AppMachine) => string | undefined;
  /** Returns why a machine can't be started; where not all have to be, others are started. */
  readonly forbids?: WorkTools['forbids'];
  /** Time at which they were listed, in milliseconds since 1970 by the servers' clock. */
  readonly now: number;
}

/** Stand-in for the state of a machine that has been up for long and still isn't ready. */
const AILING = 'ailing';
/** Time after its start from which a machine is ailing, in milliseconds: most become ready sooner. */
const AILING_MS = 120_000;
/** States from which a machine can come to be ready, the fastest first. An ailing one may never, but needs no start. */
const ORDER = [
  ...['started', 'starting', 'restarting', 'suspended', 'stopped', AILING, 'suspending', 'stopping'],
  ...['replacing', 'updating', 'creating', 'created', 'failed'],
];
const COMING_UP: ReadonlySet<string> = new Set(['starting', 'restarting']);

/** Returns why a machine is better not warmed up unless it is named by its id. */
export function warmGuard(machine: AppMachine): string | undefined {
  return (
    guardOf(machine) ??
    (machine.cordoned ? 'cordoned, so it gets no traffic' : undefined) ??
    (machine.schedule === undefined ? undefined : `runs on a schedule (${machine.schedule})`)
  );
}

/** Sorts the selected machines into groups, each with its own count. */
export function warmGroups(selected: readonly Selected[], bounds: WarmBounds): WarmGroups {
  const { count, guard, limit = Number.POSITIVE_INFINITY } = bounds;
  const passedOver: PassedOver[] = [];
  const byApp = new Map(bounds.apps.map((app): [string, Candidate[]] => [app, []]));
  let starts = 0;
  for (const { machine, named, excluded } of selected) {
    const kind = candidateKind(machine);
    const isOver = count === 'all' && kind === 'change' && starts >= limit;
    const unfit = excluded ?? (named ? undefined : guard(machine)) ?? unwanted(machine, count);
    const error = unfit === undefined && kind === 'change' ? bounds.forbids?.(machine) : undefined;
    const reason = unfit ?? error?.message ?? (isOver ? limitReached(limit) : undefined);
    if (reason !== undefined || kind === undefined) {
      const isWanted = count === 'all' && error !== undefined;
      passedOver.push({ machine, reason: reason ?? `it is ${machine.state}`, ...(isWanted && { error }) });
      continue;
    }
    if (kind === 'change') starts += 1;
    byApp.get(machine.app)?.push({ kind, machine });
  }
  const groups = [...byApp].flatMap(([app, candidates]) => groupsOf({ app, candidates, ...bounds }));
  return { groups, passedOver };
}

/** Says why nothing more is started. */
export function limitReached(limit: number): string {
  return `limit of ${limit} reached`;
}

function candidateKind(machine: AppMachine): Candidate['kind'] | undefined {
  const { state } = machine;
  if (state === 'started') return isHealthy(machine) ? 'ready' : 'await';
  if (COMING_UP.has(state)) return 'await';
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
  const candidates = fastestFirst(unsorted, now);
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

/** Sorts candidates, the fastest first; those of one rank stay in the order of their ids. */
function fastestFirst(candidates: readonly Candidate[], now: number): Candidate[] {
  const rankOf = ({ kind, machine: { state, newestStart } }: Candidate) => {
    if (kind === 'ready') return -1;
    const isAiling = state === 'started' && (newestStart === undefined || now - newestStart > AILING_MS);
    return ORDER.indexOf(isAiling ? AILING : state);
  };
  return [...candidates].sort((a, b) => rankOf(a) - rankOf(b));
}
