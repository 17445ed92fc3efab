import type { UnixMs } from '../clock.js';
import type { Zone } from './zone.js';

/** Time from its begin, which is part of it, to its end, which is not. Either may be infinite. */
export interface SingleSpan {
  readonly begin: UnixMs;
  readonly end: UnixMs;
}

/** SingleSpan that comes back on days of the week, by the wall clock of a zone. */
export interface WeeklySpan {
  /** Days on which it begins, 0 for Sunday. */
  readonly days: readonly number[];
  /** Minutes from the midnight before its begin to its begin, and to its end: more than 1440 for one on the next day. */
  readonly from: number;
  readonly to: number;
  readonly zone: Zone;
}

/** Hours within which a machine is to be up: the union of all spans. */
export interface Hours {
  readonly weekly: readonly WeeklySpan[];
  /** Spans that come once; `always` is one without begin and end. */
  readonly single: readonly SingleSpan[];
}

/** Text that is no hours, with a sentence that says what is wrong and what is the nearest right thing. */
export interface Unreadable {
  readonly why: string;
}
