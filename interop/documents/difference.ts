/** Point in which a request, or an answer, is not as Fly's document says. */
export interface Difference {
  /** Operation by method and path: `GET /v1/apps/{app_name}`. */
  readonly operation: string;
  /** Status of the answer; a request has none. */
  readonly of: number | 'request';
  /** Place in the document's own names: `fly.MachineService.autostop`, `query state`, `content-type`. */
  readonly at: string;
  readonly what: string;
}

/** Difference that is meant to be, wherever it occurs. */
export interface IntendedDifference {
  /** Pattern for the operation; absent: any. */
  readonly operation?: RegExp;
  /** Statuses, or the request; absent: any status. */
  readonly of?: readonly Difference['of'][];
  readonly at: string;
  /** Source that is right where the document is not. */
  readonly why: string;
}

/** Tells whether a difference is the one of a row. */
export function isOf({ operation, of, at }: IntendedDifference, difference: Difference): boolean {
  if (at !== difference.at || operation?.test(difference.operation) === false) return false;
  return of === undefined ? difference.of !== 'request' : of.includes(difference.of);
}

/** Returns a difference as a line of text. */
export function lineOf({ operation, of, at, what }: Difference): string {
  return `${operation}, ${of === 'request' ? 'the request' : `its ${of}`}: ${at} ${what}`;
}
