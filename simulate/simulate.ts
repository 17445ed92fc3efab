/**
 * Simulator (`npm run simulate`): plays whole jobs in virtual time, judges each by the world's own history, and stops at the first
 * that breaks a promise. `--jobs N` (20,000 unless told) and `--seed S` say which, `--minutes M` ends earlier, `--job I` plays one and
 * tells its story (shrunk to what the failure needs, unless `--whole`; with `--script` the script, too), `--keep-going` counts
 * findings rather than stops, and `--wanted N` asks the coverage for what was seen fewer than N times.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { simulateMany } from './simulate-many.js';
import { tellOne } from './tell-one.js';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    job: { type: 'string' },
    minutes: { type: 'string' },
    threads: { type: 'string' },
    whole: { type: 'boolean', default: false },
    script: { type: 'boolean', default: false },
    wanted: { type: 'string', default: '20' },
    'keep-going': { type: 'boolean', default: false },
  },
});
const seed = numberOf('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31);
const only = numberOf('job', values.job);
const isSound =
  only === undefined
    ? await simulateMany({
        seed,
        jobs: numberOf('jobs', values.jobs) ?? 0,
        minutes: numberOf('minutes', values.minutes) ?? Number.POSITIVE_INFINITY,
        threads: numberOf('threads', values.threads) ?? availableParallelism(),
        wanted: numberOf('wanted', values.wanted) ?? 0,
        keepsGoing: values['keep-going'],
      })
    : await tellOne({ seed, number: only, isWhole: values.whole, showsScript: values.script });
process.exitCode = isSound ? 0 : 1;

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} can't be "${text}": write a whole number.`);
  return Number(text);
}
