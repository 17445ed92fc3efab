import type { Finding } from './checks/check.js';
import { mergeCounts } from './coverage/counts.js';
import { coverageTable } from './coverage/table.js';
import { simulateAll } from './pool.js';

/** Jobs between two lines of progress. */
const PROGRESS = 1_000;
/** Findings of one check that are told rather than counted: not all have one cause. */
const TOLD = 3;

/** Search through many jobs. */
export interface Search {
  readonly seed: number;
  readonly jobs: number;
  readonly minutes: number;
  readonly threads: number;
  /** Times that each thing should be seen. */
  readonly wanted: number;
  /** True if findings are counted, false if the first ends the search. */
  readonly keepsGoing: boolean;
}

/** Simulates many jobs, prints what they cover and the first findings of each check, and returns whether there was none. */
export async function simulateMany({
  seed,
  jobs,
  minutes,
  threads,
  wanted,
  keepsGoing,
}: Search): Promise<boolean> {
  const start = performance.now();
  const found = new Map<string, number>();
  const counts = new Map<string, number>();
  let done = 0;
  const seconds = () => (performance.now() - start) / 1_000;
  const rate = () => `${done} jobs, ${Math.round(done / seconds())} a second`;
  console.log(`seed ${seed}: ${jobs} jobs`);
  await simulateAll({
    seed,
    jobs,
    threads,
    first: 0,
    isEnough: () => (found.size > 0 && !keepsGoing) || seconds() > minutes * 60,
    onReport(report) {
      done += 1;
      mergeCounts(counts, report.counts);
      for (const finding of report.findings) {
        const times = found.get(finding.check) ?? 0;
        found.set(finding.check, times + 1);
        if (times < TOLD) tell(finding, { seed, number: report.number });
      }
      if (done % PROGRESS === 0)
        console.log(`${rate()}, ${found.size === 0 ? 'no finding' : findingsLine(found)}`);
    },
  });
  for (const line of coverageTable(counts, wanted)) console.log(line);
  console.log(`${rate()}, ${found.size === 0 ? 'no finding' : findingsLine(found)}`);
  return found.size === 0;
}

function tell(
  { check, what, run, machine }: Finding,
  job: { readonly seed: number; readonly number: number },
): void {
  console.log(`\nfinding: ${check}: ${[what, run, machine].filter((it) => it !== undefined).join(', ')}`);
  console.log(`to repeat it: npm run simulate -- --seed ${job.seed} --job ${job.number}\n`);
}

function findingsLine(found: ReadonlyMap<string, number>): string {
  return `findings: ${[...found].map(([check, times]) => `${check} (${times})`).join(', ')}`;
}
