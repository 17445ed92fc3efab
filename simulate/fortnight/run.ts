/**
 * Sweep over fortnights (`npm run simulate:fortnights`): plays two weeks of an organization whose machines sleep by hours, by night and
 * when idle, and judges each moment by the world's own history. `--cases N` (20 unless told), `--seed S` and `--from I` say which;
 * `--case I` plays one and tells the story of the machine of each finding, or of `--machine`.
 */
import { parseArgs } from 'node:util';
import { drawFortnight } from './draw/draw-fortnight.js';
import { judgeFortnight, replayOfFortnight, sweepFortnights } from './sweep-fortnights.js';
import { tellMachine } from './tell-machine.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    case: { type: 'string' },
    machine: { type: 'string' },
  },
});
// A stack costs more than the error itself.
if (values.case === undefined) Error.stackTraceLimit = 0;
const seed = Number(values.seed);
process.exitCode = (await (values.case === undefined ? sweep() : tell(Number(values.case)))) ? 0 : 1;

async function sweep(): Promise<boolean> {
  const totals: Record<string, number> = {};
  let failed = 0;
  await sweepFortnights({
    seed,
    from: Number(values.from),
    cases: Number(values.cases),
    onJudged({ number, findings, seen }) {
      for (const [name, times] of Object.entries(seen)) totals[name] = (totals[name] ?? 0) + times;
      if (findings.length === 0) return;
      failed += 1;
      for (const { check, what, run, machine } of findings.slice(0, 5))
        console.log(`${check}: ${what} ${run ?? ''} ${machine ?? ''}`);
      console.log(`  ${findings.length} findings: ${replayOfFortnight(seed, number)}`);
    },
  });
  console.log(`${failed} of ${values.cases} fortnights failed. Judged: ${JSON.stringify(totals)}`);
  return failed === 0;
}

async function tell(number: number): Promise<boolean> {
  const script = drawFortnight(seed, number);
  const { history, findings, seen } = await judgeFortnight(script);
  for (const { check, what, run, machine } of findings)
    console.log(`${check}: ${what} ${run ?? ''} ${machine ?? ''}`);
  const machines =
    values.machine === undefined ? findings.slice(0, 1).map(({ machine }) => machine) : [values.machine];
  for (const id of machines)
    if (history !== undefined && id !== undefined)
      console.log(tellMachine(script, history, { id, findings }));
  console.log(JSON.stringify(seen));
  return findings.length === 0;
}
