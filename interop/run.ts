/**
 * Interop (`npm run interop`): compares our tokens and discharges with Fly's Go code and our reading of metrics
 * with Prometheus, and tries our way through a real proxy and our workflows under a checker that knows GitHub's
 * rules. `--long` runs a million differential cases on a new seed; other arguments go to Jest.
 */
import { runJest } from '../scripts/jest.js';
import { markdownTable } from '../scripts/marked-table.js';
import { DIFFERENCES } from './differential/intended-differences.js';
import { GoError, goBinary, toolBinary } from './go.js';
import { prometheusBinaries } from './prometheus/prometheus-binaries.js';
import { tinyproxyRelease } from './proxy/tinyproxy.js';
import { renewSection, runRecorded } from './record.js';

const args = process.argv.slice(2);
const long = args.includes('--long');
const only = args.filter((it) => it !== '--long');

function check(env: NodeJS.ProcessEnv): number {
  const seed = process.env['INTEROP_SEED'] ?? `${Date.now() % 2 ** 31}`;
  return runJest(
    [...(long ? ['interop/differential'] : only), '--roots', 'interop'],
    long ? { ...env, INTEROP_CASES: '1000000', INTEROP_SEED: seed } : env,
  );
}

function differences(): string {
  const who = {
    Go: 'Go reads them, we refuse',
    ours: 'we read them, Go refuses',
    both: 'both read them and write them differently',
  };
  const rows = DIFFERENCES.map(({ what, accepts, why }) => [what, who[accepts], why]);
  return markdownTable(['bytes', 'who reads them', 'why we differ'], rows);
}

try {
  for (const name of ['oracle', 'thirdparty', 'golden']) goBinary(name);
  toolBinary('actionlint');
  prometheusBinaries();
  tinyproxyRelease();
  // A part of the tests doesn't prove the page's other rows.
  const whole = only.length === 0;
  const run = long ? 'npm run interop:long' : 'npm run interop';
  process.exitCode = whole ? await runRecorded(run, check) : check({});
  if (whole && !long && process.exitCode === 0) renewSection('differences', run, differences());
} catch (error) {
  if (!(error instanceof GoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
