/** Begin of each reason that tells of work, so that it can be told from what isn't known. */
const BUSY = 'busy: ';

/** Reason where a machine isn't measured at all. */
export const NO_METRICS = 'no metrics';

/** Reason where a counter fell: it starts anew with the process that counts. */
export const RESTARTED = 'restarted lately';

/** Returns the reason of a machine that works. */
export function busyWith(what: string): string {
  return BUSY + what;
}

/** Returns the reason of a machine whose metrics can't be. */
export function senseless(what: string): string {
  return `metrics make no sense: ${what}`;
}

/** Reason where a value is no number. */
export const NO_NUMBER = senseless('not a number');

/** Returns whether a reason tells of work. */
export function isWork(why: string | undefined): boolean {
  return why?.startsWith(BUSY) === true;
}
