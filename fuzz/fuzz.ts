/**
 * `npm run fuzz`: hostile tokens, bytes, answers, files and whole steps, one case after the other, until it is ended or
 * something is found. `--cases N` ends it after so many, `--seed S` repeats a run, `--case I` one case of it.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { kindOf } from './kind-of.js';
import { KINDS } from './kinds.js';
import type { Told, Work } from './worker.js';

/** Cases that one thread runs before its memory is looked at. */
const ROUND = 5_000;
/** A case takes milliseconds; one that is at it for so long never ends. */
const HANGS_AFTER_MS = 60_000;
const LOOK_MS = 1_000;
/** What a thread that has run its cases may hold on to, all code included. The figure is far above, and below any growth that shows. */
const MOST_MEGABYTES = 150;
/** V8 ends a thread that wants more. */
const MOST_HEAP_MEGABYTES = 512;

/** A thread doesn't take over what makes TypeScript run in its parent. */
const START = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(${JSON.stringify(new URL('worker.ts', import.meta.url).href)});
})`;

const { values } = parseArgs({
  options: { cases: { type: 'string' }, seed: { type: 'string' }, case: { type: 'string' } },
});
const seed = numberOf('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31);
const only = numberOf('case', values.case);
const cases = only === undefined ? (numberOf('cases', values.cases) ?? Number.POSITIVE_INFINITY) : 1;
const first = only ?? 0;

console.log(`seed ${seed}: ${Number.isFinite(cases) ? `${cases} cases` : 'until it is ended'}`);
const counts = new Map(KINDS.map(({ name }) => [name, 0]));
let most = 0;
for (let from = first; from < first + cases; from += ROUND) {
  const to = Math.min(from + ROUND, first + cases);
  const found = await round({ seed, from, to });
  if (found !== undefined) {
    const { name } = kindOf(KINDS, seed, found.index);
    console.error(`\nFound in case ${found.index} (${name}): ${found.what}`);
    console.error(`\nAgain: npm run fuzz -- --seed ${seed} --case ${found.index}`);
    process.exit(1);
  }
  for (let index = from; index < to; index += 1) {
    const { name } = kindOf(KINDS, seed, index);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  console.log(`${to - first} cases, nothing found; a thread holds ${Math.round(most)} MB at most`);
}
console.log([...counts].map(([name, count]) => `${name} ${count}`).join(', '));

interface Found {
  readonly index: number;
  readonly what: string;
}

/** Runs cases in a thread of their own; what was found, if anything. */
async function round(work: Omit<Work, 'progress'>): Promise<Found | undefined> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const underWay = () => Atomics.load(progress, 0);
  Atomics.store(progress, 0, work.from);
  const worker = new Worker(START, {
    eval: true,
    workerData: { ...work, progress } satisfies Work,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MEGABYTES },
  });
  let found: Found | undefined;
  let megabytes: number | undefined;
  worker.on('message', (told: Told) => {
    if ('found' in told) found ??= { index: told.index, what: told.found };
    else megabytes = told.megabytes;
  });
  worker.on('error', (error) => {
    found ??= { index: underWay(), what: error.stack ?? error.message };
  });
  let last = { index: work.from, since: performance.now() };
  const watch = setInterval(() => {
    const now = performance.now();
    if (underWay() !== last.index) last = { index: underWay(), since: now };
    if (now - last.since < HANGS_AFTER_MS) return;
    found ??= { index: last.index, what: 'it does not end' };
    void worker.terminate();
  }, LOOK_MS);
  await new Promise((resolve) => worker.once('exit', resolve));
  clearInterval(watch);
  if (found !== undefined) return found;
  if (megabytes === undefined) return { index: underWay(), what: 'its thread ended in the middle of it' };
  most = Math.max(most, megabytes);
  if (megabytes <= MOST_MEGABYTES) return undefined;
  return { index: underWay(), what: `its thread still holds ${Math.round(megabytes)} MB` };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a number.`);
  return Number(text);
}
