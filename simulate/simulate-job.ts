import { check } from './checks/all.js';
import type { Finding } from './checks/check.js';
import { draw } from './draw/draw.js';
import type { History } from './history/history.js';
import { play } from './play/play.js';
import type { Script } from './script/script.js';

/** Everything about one job. */
export interface Case {
  readonly script: Script;
  /** Undefined if the play did not come to its end. */
  readonly history: History | undefined;
  readonly findings: readonly Finding[];
  /** Times that each check had something to judge. */
  readonly seen: Readonly<Record<string, number>>;
}

let strays: string[] = [];
// Nobody in the action's process would catch it either: it would end the step.
process.on('unhandledRejection', (reason) => {
  strays.push(textOf(reason));
});

/** Draws a job by its number, plays it and judges it. */
export function simulateJob(seed: number, number: number): Promise<Case> {
  return simulateScript(draw(seed, number));
}

/** Plays a script and judges it, one at a time in a thread. Never throws: what the play throws, and what nobody catches, is a finding. */
export async function simulateScript(script: Script): Promise<Case> {
  strays = [];
  try {
    const history = await play(script);
    const { findings, seen } = check(script, history);
    // Rejections are told once the event loop comes round.
    await new Promise((resolve) => setImmediate(resolve));
    const unheard = strays.map((what) => ({ check: 'no rejection goes unheard', what }));
    return { script, history, findings: [...findings, ...unheard], seen };
  } catch (error) {
    const finding = { check: 'the play comes to its end', what: textOf(error) };
    return { script, history: undefined, findings: [finding], seen: {} };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
