import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import { isBy, type Life } from '../view/life.js';

/** Commands that may be put back, with the kind of states that each leads to. */
const RESTORABLE: Readonly<Record<string, Condition>> = {
  start: 'up',
  'warm-up': 'up',
  stop: 'down',
  suspend: 'suspended',
  cordon: 'cordoned',
  uncordon: 'uncordoned',
};

/** Kind of states that a machine is in, or whether it is cordoned. */
export type Condition = 'up' | 'down' | 'suspended' | 'gone' | 'other' | 'cordoned' | 'uncordoned';

/** Part of a machine that a command changes. */
export type Axis = 'state' | 'cordon';

const CONDITIONS: Readonly<Record<string, Condition>> = {
  started: 'up',
  starting: 'up',
  restarting: 'up',
  stopped: 'down',
  stopping: 'down',
  failed: 'down',
  created: 'down',
  suspended: 'suspended',
  suspending: 'suspended',
  destroyed: 'gone',
  destroying: 'gone',
};

/** Returns the kind of a state. */
export function conditionOf(state: string | undefined): Condition {
  return CONDITIONS[state ?? 'destroyed'] ?? 'other';
}

/** Change of state or cordon of a machine, in the order of time. */
export interface Turn {
  readonly at: number;
  readonly from: Condition;
  readonly to: Condition;
  readonly cause: Life['happenings'][number]['cause'];
}

/** Job with steps that are to be put back. */
export interface RestoringJob {
  readonly name: string;
  /** Steps with `restore`, in the order of their begins. */
  readonly steps: readonly ProcessRun[];
  readonly posts: readonly ProcessRun[];
  /** Ids of its processes that may change what is to be put back without spoiling it. */
  readonly own: ReadonlySet<string>;
  /** End of its last post, in milliseconds since 1970. */
  readonly endedAt: number;
  /** True where each of these steps had a post, and none of them was cut short. */
  readonly isWhole: boolean;
}

/** Returns the jobs that have steps with `restore`. */
export function restoringJobs({ history }: View): RestoringJob[] {
  const jobs = new Map<string, ProcessRun[]>();
  for (const run of history.runs) {
    const known = jobs.get(run.job);
    if (known === undefined) jobs.set(run.job, [run]);
    else known.push(run);
  }
  return [...jobs].flatMap(([name, runs]) => {
    const steps = runs.filter(isRestoring);
    if (steps.length === 0) return [];
    const posts = runs.filter(({ part }) => part === 'post');
    const places = new Map(posts.map((it) => [it.place, it]));
    const isWhole = steps.every(({ place }) => places.has(place)) && posts.every(isUncut);
    return [
      {
        name,
        steps,
        posts,
        own: new Set([...steps, ...posts].map(({ id }) => id)),
        endedAt: Math.max(...posts.map((it) => it.endedAt)),
        isWhole,
      },
    ];
  });
}

function isUncut({ end, cancelledAt }: ProcessRun): boolean {
  return end === 'done' && cancelledAt === undefined;
}

function isRestoring({ part, step: { command, inputs } }: ProcessRun): boolean {
  return part === 'main' && command in RESTORABLE && isTrue(inputs['restore']) && !isTrue(inputs['dry-run']);
}

/** Returns whether an input says yes. */
export function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === 'true';
}

/** Returns what a step's command changes. */
export function axisOf({ step: { command } }: ProcessRun): Axis {
  return command === 'cordon' || command === 'uncordon' ? 'cordon' : 'state';
}

/** Returns the conditions in which a step leaves a machine. */
export function goalsOf({ step: { command, inputs } }: ProcessRun): Condition[] {
  const goal = RESTORABLE[command] ?? 'other';
  return goal === 'suspended' && inputs['fallback'] === 'stop' ? [goal, 'down'] : [goal];
}

/** Returns the changes of a machine on one axis. */
export function turnsOf({ happenings }: Life, axis: Axis): Turn[] {
  return happenings.flatMap((it): Turn[] => {
    const { at, cause } = it;
    if (axis === 'state' && it.kind === 'state')
      return [{ at, cause, from: conditionOf(it.from), to: conditionOf(it.to) }];
    if (axis !== 'cordon' || it.kind !== 'cordon') return [];
    const [from, to] = [!it.cordoned, it.cordoned].map((is) => (is ? 'cordoned' : 'uncordoned'));
    return from === undefined || to === undefined ? [] : [{ at, cause, from, to }];
  });
}

/** Returns whether a change comes of one of these processes. */
export function isOf({ cause }: Pick<Turn, 'cause'>, runs: Iterable<string>): boolean {
  for (const run of runs) if (isBy({ cause }, run)) return true;
  return false;
}
