import type { FlyChanges } from '../fly-changes.js';
import type { FlySettings } from '../recipe-fly.js';

/** Expected outcome of one run of an example. */
export interface Outcome extends FlyChanges {
  readonly jobs: number;
  /** What it posts to others than Fly, in its order. Default: nothing. */
  readonly says?: readonly RegExp[];
  /** Settings of Fly that this run needs. Default: those of all. */
  readonly settings?: FlySettings;
}

/** Expected outcomes by the example's file name and its trigger. */
export type Outcomes = Readonly<Record<string, Readonly<Record<string, Outcome>>>>;

export const NOTHING: Outcome = { jobs: 1, requests: {}, moved: {} };
export const THERE_AND_BACK: Outcome = {
  ...NOTHING,
  requests: { 'my-app POST start': 1, 'my-app POST stop': 1 },
};
export const WORKER_STARTED: Outcome = {
  jobs: 1,
  requests: { 'my-app POST start': 1 },
  moved: { 'my-app worker stopped → started': 1 },
};
export const RESTARTED: Outcome = { ...NOTHING, requests: { 'my-app POST restart': 1 } };
