import type { Exchange } from '../../emulator/exchange.js';
import { check } from '../checks/all.js';
import type { Finding } from '../checks/check.js';
import type { History } from '../history/history.js';
import { play } from '../play/play.js';
import type { Script } from '../script/script.js';
import { drawFortnight } from './draw/draw-fortnight.js';
import { COMMON_CHECKS, FORTNIGHT_CHECKS } from './judge/all.js';

/** Longest body that is kept of an answer: lists of machines, of which nobody reads more than that they came, are longer. */
const LONGEST = 2_000;

/** Fortnights to sweep over. */
export interface FortnightSweep {
  readonly seed: number;
  /** Number of the first. */
  readonly from: number;
  readonly cases: number;
  /** Called after each. */
  readonly onJudged?: (judged: JudgedFortnight) => void;
}

/** Fortnight, and what was found in it. */
export interface JudgedFortnight {
  readonly number: number;
  readonly findings: readonly Finding[];
  /** Times that each check had something to judge. */
  readonly seen: Readonly<Record<string, number>>;
}

/** Plays fortnights one after another and judges each by the world's own history. */
export async function sweepFortnights({
  seed,
  from,
  cases,
  onJudged,
}: FortnightSweep): Promise<JudgedFortnight[]> {
  const all: JudgedFortnight[] = [];
  for (let number = from; number < from + cases; number += 1) {
    const { findings, seen } = await judgeFortnight(drawFortnight(seed, number));
    all.push({ number, findings, seen });
    onJudged?.({ number, findings, seen });
  }
  return all;
}

/** Plays one fortnight and judges it. Never throws: what the play throws is a finding. */
export async function judgeFortnight(script: Script): Promise<{
  readonly history: History | undefined;
  readonly findings: readonly Finding[];
  readonly seen: Readonly<Record<string, number>>;
}> {
  try {
    const history = await play(script, withoutLists);
    return { history, ...check(script, history, [...FORTNIGHT_CHECKS, ...COMMON_CHECKS]) };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { history: undefined, findings: [{ check: 'the play comes to its end', what }], seen: {} };
  }
}

/** Returns an exchange without the text of a long answer. */
function withoutLists(exchange: Exchange): Exchange {
  const { answer, reply } = exchange;
  if (answer === undefined || answer.body.length <= LONGEST) return exchange;
  const short = { ...answer, body: '' };
  const isWhole = !('fault' in reply) && reply.body === answer.body;
  return { ...exchange, answer: short, reply: isWhole ? { ...reply, body: '' } : reply };
}

/** Returns the command that repeats a fortnight and tells of what was found. */
export function replayOfFortnight(seed: number, number: number): string {
  return `npm run simulate:fortnights -- --seed ${seed} --case ${number}`;
}
