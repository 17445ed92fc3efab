/**
 * Simulation of one mistake, in a copy of the project: plays jobs in their order, and prints what each was found to break as
 * a line of JSON. Goes on until it is ended, since the sound project may break that promise, too. `--only` leaves out jobs
 * whose script doesn't hold a text, which the mistake can't touch; with `--sweep fortnights` it plays these in place of jobs.
 */
import { parseArgs } from 'node:util';
import { draw } from '../draw/draw.js';
import { drawFortnight } from '../fortnight/draw/draw-fortnight.js';
import { judgeFortnight } from '../fortnight/sweep-fortnights.js';
import { simulateScript } from '../simulate-job.js';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '0' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    sweep: { type: 'string' },
  },
});

// A stack costs more than the error itself, and a replay of one job has them.
Error.stackTraceLimit = 0;

const [drawn, judged] =
  values.sweep === 'fortnights' ? [drawFortnight, judgeFortnight] : [draw, simulateScript];

for (let number = 0; number < Number(values.jobs); number += 1) {
  const script = drawn(Number(values.seed), number);
  if (!JSON.stringify(script).includes(values.only)) continue;
  const findings = (await judged(script)).findings.map(({ check, what }) => ({ check, what }));
  console.log(JSON.stringify({ number, findings }));
}
