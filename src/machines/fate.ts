import { ActionError, isOfClass } from '../errors.js';
import { endingOfError, endingOfStatus } from '../http/retry.js';
import { Refusal } from './api/refusals.js';

/** Fate of a request to Fly that ended in an error. */
export type Fate =
  /** Fly said no, and did nothing. */
  | 'refused'
  /** No connection came about: nothing was done, and Fly may be back later. */
  | 'not sent'
  /** Perhaps done, perhaps not: no answer, one that only reports trouble, or one that makes no sense. */
  | 'unsure'
  /** Fly accepted it and says that it failed, or the fault is ours: asking again changes nothing. */
  | 'failed';

/** Error for a request not sent because nothing may be changed any more. Nothing was done; asking again changes nothing. */
export class Withheld extends ActionError {}

/** Returns the fate of a request from the error that it threw. */
export function fateOf(error: unknown): Fate {
  if (!(error instanceof ActionError)) return 'failed';
  if (error instanceof Withheld) return 'refused';
  const { class: errorClass, status } = error;
  if (error instanceof Refusal && error.hasBegun) return 'unsure';
  if (error instanceof Refusal && error.isPlain) return 'refused';
  // A success that says "error": Fly accepted it.
  if (error instanceof Refusal && error.kind === 'failed after all') return 'failed';
  if (status !== undefined) return status < 300 || endingOfStatus(status) === 'unsure' ? 'unsure' : 'refused';
  // Time ran out after a 429, or the job was cancelled: another attempt may have been under way.
  if (errorClass === 'rate limited' || errorClass === 'cancelled') return 'unsure';
  const ending = endingOfError(error);
  return ending === 'unsure' || ending === 'not sent' ? ending : 'failed';
}

/**
 * Returns whether an answer to a question says that this token may not ask it, or that nothing is there. Trouble doesn't, nor a refusal
 * for another reason, nor a token that has ended: asked again, it will say so.
 */
export function mayNotTell(error: unknown): boolean {
  return error instanceof Refusal && isOfClass(error, 'forbidden', 'not found');
}

/** Returns whether it is certain that nothing was done. */
export function hasDoneNothing(error: unknown): boolean {
  const fate = fateOf(error);
  return fate === 'refused' || fate === 'not sent';
}

/** Returns whether a later try may succeed: Fly did not answer, or only reported trouble. */
export function isTrouble(error: unknown): boolean {
  const fate = fateOf(error);
  return fate === 'unsure' || fate === 'not sent';
}
