import { check, type Judgement } from './checks/all.js';
import { draw } from './draw/draw.js';
import type { History } from './history/history.js';
import { play } from './play/play.js';
import type { Script } from './script/script.js';

/** Everything about one job. */
export interface Case {
  readonly script: Script;
  readonly history: History;
  readonly judgement: Judgement;
}

/** Draws a job by its number, plays it and judges it. */
export function simulateJob(seed: number, number: number): Promise<Case> {
  return simulateScript(draw(seed, number));
}

/** Plays a script and judges it. What the play itself throws is a finding. */
export async function simulateScript(script: Script): Promise<Case> {
  const history = await play(script);
  return { script, history, judgement: check(script, history) };
}
