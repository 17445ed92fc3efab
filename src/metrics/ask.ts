import type { RangeWindow } from './series.js';

/** Measure that a machine's series are judged by. */
export interface Ask {
  /** Limit in the signal's own unit; a value at the threshold is still quiet. */
  readonly threshold: number;
  /** The window that the series were asked for. */
  readonly window: RangeWindow;
}
