/**
 * Sweep over rolling restarts (`npm run simulate:restarts`): plays restarts of one to forty machines in any trouble, and judges each by
 * the world's own history. `--cases N` (5,000 unless told), `--seed S` and `--from I` say which; `--case I` plays one and tells its
 * story, shrunk to what the failure needs, unless `--whole`.
 */
import { parseArgs } from 'node:util';
import type { Script } from '../script/script.js';
import { shrink } from '../shrink/shrink.js';
import { story } from '../story/story.js';
import { drawRestart } from './draw-restart.js';
import { judgeRestart, replayOf, sweepRestarts } from './sweep-restarts.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    case: { type: 'string' },
    whole: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
process.exitCode = (await (values.case === undefined ? sweep() : tell(Number(values.case)))) ? 0 : 1;

async function sweep(): Promise<boolean> {
  const { failed, seen } = await sweepRestarts({
    seed,
    from: Number(values.from),
    cases: Number(values.cases),
  });
  for (const { number, findings } of failed) {
    for (const { check, what, machine } of findings) console.log(`${check}: ${what} ${machine ?? ''}`);
    console.log(`  ${replayOf(seed, number)}`);
  }
  console.log(`${failed.length} of ${values.cases} cases failed. Judged: ${JSON.stringify(seen)}`);
  return failed.length === 0;
}

async function tell(number: number): Promise<boolean> {
  const whole = drawRestart(seed, number);
  const [first] = (await judgeRestart(whole)).findings;
  const failsSo = async (script: Script) =>
    (await judgeRestart(script)).findings.some(({ check }) => check === first?.check);
  const script = first === undefined || values.whole ? whole : await shrink(whole, failsSo);
  const { history, findings } = await judgeRestart(script);
  if (history !== undefined) console.log(story(script, history, findings));
  console.log(JSON.stringify(script.apps.map(({ machines }) => machines)));
  for (const { check, what } of findings) console.log(`finding: ${check}: ${what}`);
  return first === undefined;
}
