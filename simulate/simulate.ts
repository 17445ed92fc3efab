/**
 * Simulator (`npm run simulate`): plays whole jobs in virtual time, judges each by the world's own history, and stops at the first
 * that breaks a promise. `--jobs N` (20,000 unless told) and `--seed S` say which, `--minutes M` ends earlier, `--job I` plays one and
 * tells its story (shrunk to what the failure needs, unless `--whole`; with `--script` the script, too), and `--keep-going` counts
 * findings rather than stops.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Finding } from './checks/check.js';
import { mergeCounts } from './coverage/counts.js';
import { coverageTable } from './coverage/table.js';
import { draw } from './draw/draw.js';
import { simulateAll } from './pool.js';
import type { Script } from './script/script.js';
import { shrink } from './shrink/shrink.js';
import { simulateScript } from './simulate-job.js';
import { story } from './story/story.js';

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
if (only === undefined) await simulateMany(numberOf('jobs', values.jobs) ?? 0);
else await tellOne(only);

/** Plays one job and tells its story; of one with a finding, that of the smallest script that still fails so. */
async function tellOne(number: number): Promise<void> {
  const whole = await simulateScript(draw(seed, number));
  const [first] = whole.judgement.findings;
  const isSame = ({ check }: Finding) => check === first?.check;
  const failsSo = async (script: Script) => {
    const { judgement } = await simulateScript(script);
    return judgement.findings.some(isSame);
  };
  const script =
    first === undefined || values.whole
      ? whole.script
      : await shrink(whole.script, (it) => failsSo(it).catch(() => false));
  const { history, judgement } = script === whole.script ? whole : await simulateScript(script);
  if (values.script) console.log(`${JSON.stringify(script, null, 2)}\n`);
  console.log(story(script, history, judgement.findings));
  for (const { check, what } of judgement.findings) console.log(`finding: ${check}: ${what}`);
  process.exitCode = judgement.findings.length > 0 ? 1 : 0;
}

async function simulateMany(jobs: number): Promise<void> {
  const minutes = numberOf('minutes', values.minutes);
  const start = performance.now();
  const found: { readonly number: number; readonly finding: Finding }[] = [];
  const counts = new Map<string, number>();
  let done = 0;
  const elapsed = () => (performance.now() - start) / 1_000;
  console.log(`seed ${seed}: ${jobs} jobs`);
  await simulateAll({
    seed,
    jobs,
    first: 0,
    threads: numberOf('threads', values.threads) ?? Math.min(availableParallelism(), 8),
    isEnough: () =>
      (found.length > 0 && !values['keep-going']) || (minutes !== undefined && elapsed() > minutes * 60),
    onReport(report) {
      done += 1;
      for (const finding of report.findings) found.push({ number: report.number, finding });
      mergeCounts(counts, report.counts);
      if (done % 1_000 === 0) console.log(`${done} jobs, ${Math.round(done / elapsed())} a second`);
    },
  });
  console.log(`${done} jobs, ${Math.round(done / elapsed())} a second`);
  for (const line of coverageTable(counts, Number(values.wanted))) console.log(line);
  for (const { number, finding } of firstOfEach(found)) {
    console.log(`\nfinding: ${finding.check}: ${finding.what}`);
    console.log(
      `  in job ${number} (${found.filter((it) => it.finding.check === finding.check).length} in all)`,
    );
    console.log(`  to repeat it: npm run simulate -- --seed ${seed} --job ${number}`);
  }
  process.exitCode = found.length > 0 ? 1 : 0;
}

function firstOfEach<T extends { readonly finding: Finding }>(found: readonly T[]): T[] {
  const known = new Set<string>();
  return found.filter(({ finding }) => !known.has(finding.check) && known.add(finding.check));
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} can't be "${text}": write a whole number.`);
  return Number(text);
}
