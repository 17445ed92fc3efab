import type { History, ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import { staleness } from './calm.js';
import { heldWithin, type Life } from './life.js';

/** Span of time in which something that a run tells must have been true: it may have read what was true a little before it began. */
export interface TruthSpan {
  readonly from: number;
  readonly until: number;
}

/** Returns the span in which what a run tells must have been true. */
export function truthSpan({ script }: View, { startedAt, endedAt }: ProcessRun): TruthSpan {
  return { from: startedAt - staleness(script), until: endedAt };
}

/** Returns every state that a machine had at some moment of a span; `gone` stands for before its creation. */
export function statesIn(life: Life, { from, until }: TruthSpan): Set<string> {
  return new Set(heldWithin(life.states, from, until).map(({ is }) => is));
}

/** Returns whether a job's runs are whole processes that ended by themselves and were not cut off. */
export function isWhole({ end }: ProcessRun): boolean {
  return end === 'done';
}

/** Returns the main runs of all steps that were carried out to their end. */
export function wholeRuns({ runs }: History): ProcessRun[] {
  return runs.filter((run) => run.part === 'main' && isWhole(run));
}
