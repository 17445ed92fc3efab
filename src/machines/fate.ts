import { ActionError } from '../errors.js';
import { endingOfError, endingOfStatus } from '../http/retry.js';
import { Refusal } from './api/refusals.js';

/** What became of something that was asked of Fly and that ended in an error. */
export type Fate =
  /** Fly said no, and did nothing. */
  | 'refused'
  /** No connection came about: nothing was done, and Fly may be back later. */
  | 'not sent'
  /** It may have been done, or not: no answer, one that only tells of trouble, or one without sense. */
  | 'unsure'
  /** Fly took it on and says that it failed, or the fault is ours: asking again brings the same. */
  | 'failed';

/** What is not sent, since nothing may be changed any more: nothing was done, and asking again brings the same. */
export class Withheld extends ActionError {}

/** What became of it, by what was thrown. */
export function fateOf(error: unknown): Fate {
  if (!(error instanceof ActionError)) return 'failed';
  if (error instanceof Withheld) return 'refused';
  const { class: errorClass, status } = error;
  if (error instanceof Refusal && error.hasBegun) return 'unsure';
  if (error instanceof Refusal && error.isPlain) return 'refused';
  // A success that says "error": Fly took it on.
  if (error instanceof Refusal && error.kind === 'failed after all') return 'failed';
  if (status !== undefined) return status < 300 || endingOfStatus(status) === 'unsure' ? 'unsure' : 'refused';
  // Time ran out after a 429, or the job was cancelled: another attempt may have been under way.
  if (errorClass === 'rate limited' || errorClass === 'cancelled') return 'unsure';
  const ending = endingOfError(error);
  return ending === 'unsure' || ending === 'not sent' ? ending : 'failed';
}

/** Whether it is certain that nothing was done. */
export function hasDoneNothing(error: unknown): boolean {
  const fate = fateOf(error);
  return fate === 'refused' || fate === 'not sent';
}

/** Whether it may come right when it is tried again later: Fly didn't answer, or only that it can't. */
export function isTrouble(error: unknown): boolean {
  const fate = fateOf(error);
  return fate === 'unsure' || fate === 'not sent';
}
