/**
 * Simulation of one mistake, in a copy of the project: plays jobs in their order, and prints what each was found to break as
 * a line of JSON. Goes on until it is ended, since the sound project may break that promise, too. `--only` leaves out jobs
 * whose script doesn't hold a text, which the mistake can't touch.
 */
import { parseArgs } from 'node:util';
import { draw } from '../draw/draw.js';
import { simulateScript } from '../simulate-job.js';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '0' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
  },
});

// A stack costs more than the error itself, and a replay of one job has them.
Error.stackTraceLimit = 0;

let strays: string[] = [];
process.on('unhandledRejection', (reason) => {
  strays.push(String(reason));
});

for (let number = 0; number < Number(values.jobs); number += 1) {
  const script = draw(Number(values.seed), number);
  if (!JSON.stringify(script).includes(values.only)) continue;
  strays = [];
  const found: { readonly check: string; readonly what: string }[] = [];
  try {
    found.push(...(await simulateScript(script)).judgement.findings);
    // Rejections are told once the event loop comes round.
    await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    found.push({ check: 'the play comes to its end', what: String(error) });
  }
  found.push(...strays.map((what) => ({ check: 'no rejection goes unheard', what })));
  const findings = found.map(({ check, what }) => ({ check, what }));
  console.log(JSON.stringify({ number, findings }));
}
