/**
 * Fuzzer (`npm run fuzz`): tries hostile tokens, bytes, answers, files and whole steps, one case after another,
 * until it is stopped or finds something. `--cases N` stops it after N cases, `--seed S` repeats a run, `--case
 * I` repeats one case of it.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { kindOf } from './kinds/kind-of.js';
import { KINDS } from './kinds/kinds.js';
import type { WorkerReport, WorkOrder } from './worker.js';

/** Cases that one thread runs before the check of its memory. */
const ROUND = 5_000;
/** A case takes milliseconds; one that takes this long never ends. */
const HANGS_AFTER_MS = 60_000;
/** Time between two looks at the case under way. */
const LOOK_MS = 1_000;
/**
 * Megabytes that a thread may hold after its cases, code included: far above the usual, and below any growth
 * that matters.
 */
const MOST_MEGABYTES = 150;
/** Megabytes of heap beyond which V8 ends a thread. */
const MOST_HEAP_MEGABYTES = 512;

/** A thread doesn't inherit the loader that runs TypeScript in its parent. */
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

console.log(`seed ${seed}: ${Number.isFinite(cases) ? `${cases} cases` : 'runs until you stop it'}`);
const counts = new Map(KINDS.map(({ name }) => [name, 0]));
let most = 0;
for (let from = first; from < first + cases; from += ROUND) {
  const to = Math.min(from + ROUND, first + cases);
  const found = await runRound({ seed, from, to });
  if (found !== undefined) {
    const { name } = kindOf(KINDS, seed, found.index);
    console.error(`\nFinding in case ${found.index} (${name}): ${found.what}`);
    console.error(`\nTo repeat it: npm run fuzz -- --seed ${seed} --case ${found.index}`);
    process.exit(1);
  }
  for (let index = from; index < to; index += 1) {
    const { name } = kindOf(KINDS, seed, index);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  console.log(`${to - first} cases without a finding; the most memory of a thread is ${Math.round(most)} MB`);
}
console.log([...counts].map(([name, count]) => `${name} ${count}`).join(', '));

/** A finding, and the number of its case. */
interface Finding {
  readonly index: number;
  readonly what: string;
}

/** Runs cases in a thread of their own. Returns the finding, if any. */
async function runRound(work: Omit<WorkOrder, 'progress'>): Promise<Finding | undefined> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const underWay = () => Atomics.load(progress, 0);
  Atomics.store(progress, 0, work.from);
  const worker = new Worker(START, {
    eval: true,
    workerData: { ...work, progress } satisfies WorkOrder,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MEGABYTES },
  });
  let found: Finding | undefined;
  let megabytes: number | undefined;
  worker.on('message', (report: WorkerReport) => {
    if ('found' in report) found ??= { index: report.index, what: report.found };
    else megabytes = report.megabytes;
  });
  worker.on('error', (error) => {
    found ??= { index: underWay(), what: error.stack ?? error.message };
  });
  let last = { index: work.from, since: performance.now() };
  const watch = setInterval(() => {
    const now = performance.now();
    if (underWay() !== last.index) last = { index: underWay(), since: now };
    if (now - last.since < HANGS_AFTER_MS) return;
    found ??= { index: last.index, what: `the case did not end within ${HANGS_AFTER_MS / 1_000} s` };
    void worker.terminate();
  }, LOOK_MS);
  await new Promise((resolve) => worker.once('exit', resolve));
  clearInterval(watch);
  if (found !== undefined) return found;
  if (megabytes === undefined)
    return { index: underWay(), what: 'its thread ended in the middle of the case' };
  most = Math.max(most, megabytes);
  if (megabytes <= MOST_MEGABYTES) return undefined;
  return {
    index: underWay(),
    what: `its thread still holds ${Math.round(megabytes)} MB after its cases; the limit is ${MOST_MEGABYTES} MB`,
  };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} can't be "${text}": write a whole number.`);
  return Number(text);
}
