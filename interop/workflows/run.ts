/**
 * Workflows on a real engine (`npm run workflows`): runs those of `.github/workflows` and the examples against
 * emulators, and checks the steps' outputs, the jobs' results and the machines. Arguments name the workflows to
 * run: files of `.github/workflows`, `examples/stop-idle.yml` for one example and `examples` for all of them, `night` for
 * evening, night and morning in a row, `docs/local.md` for the commands that it prints, or `release` for a release.
 */
import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLES } from '../../scripts/examples.js';
import { GoError, TOOLS, toolBinary } from '../go.js';
import { record, runRecorded } from '../record.js';
import { runAct } from './act.js';
import type { WorkflowCheck } from './check.js';
import { byHand } from './checks/by-hand.js';
import { eachMachine } from './checks/each-machine.js';
import { failingStep } from './checks/failing-step.js';
import { stopAtNight } from './checks/stop-at-night.js';
import { wholeJob } from './checks/whole-job.js';
import { endEmulators } from './emulators.js';
import { runLocal } from './local/run-local.js';
import { runNight } from './night/run-night.js';
import { assertNoSecretShown } from './no-secret-shown.js';
import { printLog } from './print-log.js';
import { runRecipes } from './recipes/run-recipes.js';
import { runRelease } from './release/run-release.js';
import { type WorkflowRun, workflowRun } from './workflow-run.js';

const CHECKS: readonly WorkflowCheck[] = [wholeJob, eachMachine, ...stopAtNight, ...byHand, failingStep];
const NIGHT = 'night';
const LOCAL = 'docs/local.md';
const RELEASE = 'release';
const only = process.argv.slice(2);

async function passes(act: string, check: WorkflowCheck): Promise<boolean> {
  const { workflow, event, inputs = {} } = check;
  const title = [workflow, `on ${event}`, ...Object.entries(inputs).map((it) => it.join('='))].join(' ');
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  let run: WorkflowRun | undefined;
  try {
    const file = join('.github', 'workflows', workflow);
    run = workflowRun(await runAct(act, { ...check, file, folder }));
    assert.equal(run.exitCode, check.exitCode, `the exit code of act, which printed: ${run.stderr}`);
    await check.check(run);
    assertNoSecretShown(run);
    console.log(`ok      ${title}: ${Object.values(run.jobs).length} jobs, ${run.steps.length} steps`);
    return true;
  } catch (error) {
    if (run !== undefined) printLog(run);
    console.error(`FAILED  ${title}: ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  } finally {
    if (run !== undefined) endEmulators(run);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Throws when `node_modules` is a link: act would copy the link into each job's checkout, whose `npm ci` would
 * empty the folder behind it.
 */
function assertOwnPackages(): void {
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw new Error(
      'node_modules is a link, and the jobs would empty the folder behind it: run npm ci here, or only `npm run workflows -- examples`',
    );
}

async function runAll(act: string): Promise<number> {
  const isChosen = (name: string) => only.length === 0 || only.includes(name);
  const checks = CHECKS.filter(({ workflow }) => isChosen(workflow));
  if (checks.length > 0) assertOwnPackages();
  let { runs, failed } = await runRecipes(act, (path) => isChosen(path) || only.includes(EXAMPLES));
  const others = [
    [NIGHT, runNight],
    [LOCAL, runLocal],
    [RELEASE, runRelease],
  ] as const;
  for (const [name, runSome] of others) {
    if (!isChosen(name)) continue;
    const some = await runSome(act);
    runs += some.runs;
    failed += some.failed;
  }
  runs += checks.length;
  for (const check of checks) if (!(await passes(act, check))) failed += 1;
  const workflows = [...new Set(checks.map(({ workflow }) => workflow))];
  for (const workflow of workflows) {
    const cases = checks.filter((it) => it.workflow === workflow).length;
    record({
      compared: workflow,
      against: `nektos/act ${TOOLS.act.version}`,
      cases,
      result: 'passes',
    });
  }
  console.log(`${runs - failed} of ${runs} runs passed`);
  return failed === 0 && runs > 0 ? 0 : 1;
}

try {
  const act = toolBinary('act');
  // A part of the runs doesn't prove the page's other rows.
  process.exitCode =
    only.length === 0 ? await runRecorded('npm run workflows', () => runAll(act)) : await runAll(act);
} catch (error) {
  if (!(error instanceof GoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
