import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import type { Life } from '../view/life.js';

/** Machine that was taken down, and when. */
export interface IdleQuestion {
  readonly run: ProcessRun;
  readonly life: Life;
  readonly view: View;
  readonly at: number;
  /** Time since which it had been in the state in which it was taken down. */
  readonly since: number;
  readonly idleFor: number;
}
