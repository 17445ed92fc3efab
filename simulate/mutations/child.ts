/**
 * Simulation of one mistake, in a copy of the project: plays jobs in their order, and prints each that breaks a promise as a
 * line of JSON. Goes on until it is ended, since the sound project may break that promise, too.
 */
import { parseArgs } from 'node:util';
import { simulateAll } from '../pool.js';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '0' }, seed: { type: 'string', default: '0' } },
});

await simulateAll({
  seed: Number(values.seed),
  first: 0,
  jobs: Number(values.jobs),
  // One after another: the number of the first job that tells of it is how many it took.
  threads: 1,
  isEnough: () => false,
  onReport: ({ number, findings }) => {
    if (findings.length > 0) console.log(JSON.stringify({ number, findings }));
  },
});
