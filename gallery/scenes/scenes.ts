import { HOURS_SCENES } from './hours.js';
import { IDLE_SCENES } from './idle.js';
import { LOOK_SCENES } from './look.js';
import { RESTART_SCENES } from './restart.js';
import type { Scene } from './scene.js';
import { START_SCENES } from './start.js';
import { TROUBLE_SCENES } from './trouble.js';
import { WARM_SCENES } from './warm-up.js';

/** All scenes, in the order of the index. */
export const SCENES: readonly Scene[] = [
  ...START_SCENES,
  ...IDLE_SCENES,
  ...HOURS_SCENES,
  ...RESTART_SCENES,
  ...WARM_SCENES,
  ...LOOK_SCENES,
  ...TROUBLE_SCENES,
];
