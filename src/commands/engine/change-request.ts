import type { Deadline } from '../../deadline.js';
import type { Goal } from '../../machines/goal.js';
import type { Transition, TransitionOptions } from '../../machines/transitions.js';
import type { Marker } from '../marks/marker.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Attempt } from './attempt.js';
import type { Task } from './command-spec.js';
import type { Leasing } from './leasing.js';
import type { SentRequests } from './sent-requests.js';

/** Checks around the requests of a step, those of a transition's fallback included. */
export interface Watch {
  /** Looks at a machine whenever it was read right before a request, undefined where it is gone; throws a `ChangeCalledOff`. */
  readonly recheck?: ((now: AppMachine | undefined, listed: AppMachine) => void) | undefined;
  /** True where even what was just listed is read again first. */
  readonly isWary?: boolean;
  /** Writer of a mark right before each request; absent: none is written. */
  readonly marker?: Marker | undefined;
  /** Requests of the step; undefined where no caller needs to know them. */
  readonly requests?: SentRequests | undefined;
}

/** Change of one machine that is going on. */
export interface OngoingChange extends Pick<Task, 'against'> {
  readonly attempt: Attempt;
  readonly goal: Goal;
  readonly deadline: Deadline;
}

/** Manner in which a command sends its changes. */
export interface ChangeRequest extends Watch {
  readonly transition: Transition;
  readonly wishes: TransitionOptions;
  readonly leasing: Leasing;
  readonly requests: SentRequests;
}
