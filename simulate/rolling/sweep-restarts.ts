import { CHECKS, check } from '../checks/all.js';
import type { Finding } from '../checks/check.js';
import type { History } from '../history/history.js';
import { play } from '../play/play.js';
import type { Script } from '../script/script.js';
import { cameBack } from './came-back.js';
import { drawRestart } from './draw-restart.js';

/** Cases to sweep over. */
export interface Sweep {
  readonly seed: number;
  /** Number of the first case. */
  readonly from: number;
  readonly cases: number;
}

/** Case of a sweep that broke a promise. */
export interface FailedCase {
  readonly number: number;
  readonly findings: readonly Finding[];
}

/** Result of a sweep. */
export interface SweepResult {
  readonly failed: readonly FailedCase[];
  /** Times that each check had something to judge. */
  readonly seen: Readonly<Record<string, number>>;
}

/** Plays restarts of all kinds, one case after another, and judges each by the world's own history. */
export async function sweepRestarts({ seed, from, cases }: Sweep): Promise<SweepResult> {
  const failed: FailedCase[] = [];
  const seen: Record<string, number> = {};
  for (let number = from; number < from + cases; number += 1) {
    const judged = await judgeRestart(drawRestart(seed, number));
    if (judged.findings.length > 0) failed.push({ number, findings: judged.findings });
    for (const [name, times] of Object.entries(judged.seen)) seen[name] = (seen[name] ?? 0) + times;
  }
  return { failed, seen };
}

/** Plays one restart and judges it. Never throws: what the play throws is a finding. */
export async function judgeRestart(script: Script): Promise<{
  readonly history: History | undefined;
  readonly findings: readonly Finding[];
  readonly seen: Readonly<Record<string, number>>;
}> {
  try {
    const history = await play(script);
    return { history, ...check(script, history, [...CHECKS, cameBack]) };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { history: undefined, findings: [{ check: 'the play comes to its end', what }], seen: {} };
  }
}

/** Returns the command that repeats a case and tells its story. */
export function replayOf(seed: number, number: number): string {
  return `npm run simulate:restarts -- --seed ${seed} --case ${number}`;
}
