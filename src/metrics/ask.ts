import type { RangeWindow } from './series.js';

/** What a machine's series are judged by. */
export interface Ask {
  /** In the signal's own unit; a value at the threshold is still quiet. */
  readonly threshold: number;
  /** The window that the series were asked for. */
  readonly window: RangeWindow;
}
