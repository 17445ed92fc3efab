import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppSpec } from '../../../emulator/machines/build.js';
import { EXAMPLES } from '../../../scripts/examples.js';
import { TOOLS } from '../../go.js';
import { record } from '../../record.js';
import { runAct, type Trigger } from '../act.js';
import { assertNoSecretShown } from '../no-secret-shown.js';
import { printLog } from '../print-log.js';
import { asActReads } from '../recipes/as-act-reads.js';
import { type RecipeFly, startRecipeFly } from '../recipes/recipe-fly.js';
import { copyAction, PUBLISHED } from '../recipes/stand-ins.js';
import { triggersOf } from '../recipes/triggers.js';
import { type WorkflowRun, workflowRun } from '../workflow-run.js';

/** Machines by name: each has a fate of its own that night. */
const APPS: readonly AppSpec[] = [
  {
    name: 'staging-web',
    machines: [
      { name: 'asleep' },
      { name: 'woken' },
      { name: 'asked' },
      { name: 'down-before', state: 'stopped' },
      { name: 'suspended-before', state: 'suspended' },
      { name: 'kept', metadata: { keep: 'true' } },
    ],
  },
  { name: 'staging-billing', machines: [{ name: 'left-out' }] },
  { name: 'my-app', machines: [{ name: 'not-staging' }] },
];

interface Stage {
  readonly name: 'evening' | 'night' | 'morning';
  /** Path of the workflow. */
  readonly workflow: string;
  readonly trigger: Trigger | undefined;
  /** State of each machine afterwards, `marked` where it bears the mark. */
  readonly left: Readonly<Record<string, string>>;
}

const EVENING: Stage['left'] = {
  asleep: 'stopped marked',
  woken: 'stopped marked',
  asked: 'stopped marked',
  'down-before': 'stopped',
  'suspended-before': 'suspended',
  kept: 'started',
  'left-out': 'started',
  'not-staging': 'started',
};
/** Before the morning, a request of somebody else has woken `asked`, too: its mark is still there. */
const NIGHT: Stage['left'] = { ...EVENING, woken: 'started', kept: 'stopped' };
const MORNING: Stage['left'] = { ...NIGHT, asleep: 'started', asked: 'started' };
const STAGING = join(EXAMPLES, 'staging-at-night.yml');
const PEOPLE = join('interop', 'workflows', 'night', 'night.yml');
const [BY_EVENING, BY_MORNING] = triggersOf(readFileSync(STAGING, 'utf8'));
const STAGES: readonly Stage[] = [
  { name: 'evening', workflow: STAGING, trigger: BY_EVENING, left: EVENING },
  { name: 'night', workflow: PEOPLE, trigger: { event: 'workflow_dispatch' }, left: NIGHT },
  { name: 'morning', workflow: STAGING, trigger: BY_MORNING, left: MORNING },
];

/**
 * Runs the evening of an example, a night in which people go on working, and the example's morning as three workflows
 * against one Fly, and returns how many runs failed.
 */
export async function runNight(act: string): Promise<{ runs: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'night-'));
  const fly = await startRecipeFly(APPS);
  let passed = 0;
  try {
    copyAction(join(folder, 'action'));
    for (const stage of STAGES) {
      if (stage.name === 'morning') await wake(fly, 'asked');
      if (!(await passes({ act, folder }, fly, stage))) break;
      passed += 1;
    }
  } finally {
    await fly.close();
    rmSync(folder, { recursive: true, force: true });
  }
  record({
    compared: 'evening, night and morning: three workflows, one Fly',
    against: `nektos/act ${TOOLS.act.version}`,
    cases: STAGES.length,
    result: 'wakes exactly what the evening has stopped',
  });
  return { runs: STAGES.length, failed: STAGES.length - passed };
}

async function passes(
  { act, folder }: { readonly act: string; readonly folder: string },
  fly: RecipeFly,
  { name, workflow, trigger, left }: Stage,
): Promise<boolean> {
  let run: WorkflowRun | undefined;
  try {
    assert.ok(trigger !== undefined, `${workflow} has a cron for the ${name}`);
    const place = mkdtempSync(join(folder, 'run-'));
    const file = join(place, 'workflow.yml');
    writeFileSync(file, asActReads(readFileSync(workflow, 'utf8')).text);
    const result = await runAct(act, {
      ...trigger,
      file,
      env: fly.env,
      secrets: fly.secrets,
      folder: place,
      repositories: { [PUBLISHED]: join(folder, 'action') },
    });
    run = workflowRun(result);
    assert.equal(run.exitCode, 0, `the exit code of act, which printed: ${run.stderr}`);
    assert.deepEqual(statesOf(fly), left);
    assertNoSecretShown(run);
    console.log(`ok      ${name}, ${workflow}: ${run.steps.length} steps`);
    return true;
  } catch (error) {
    if (run !== undefined) printLog(run);
    console.error(`FAILED  ${name}, ${workflow}: ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

function statesOf({ fly }: RecipeFly): Readonly<Record<string, string>> {
  const machines = APPS.flatMap(({ name }) => fly.machines(name));
  return Object.fromEntries(
    machines.map(({ name, state, config }) => {
      const isMarked = config.metadata?.['marked-night'] !== undefined;
      return [name, isMarked ? `${state} marked` : state];
    }),
  );
}

/** Starts a machine as another client does, which knows nothing of marks. */
async function wake({ fly }: RecipeFly, name: string): Promise<void> {
  const machine = fly.machines('staging-web').find((it) => it.name === name);
  const path = `/v1/apps/staging-web/machines/${machine?.id}/start`;
  const headers = { authorization: fly.mintToken({ thirdParty: false }) };
  const reply = await fly.handle({ method: 'POST', path, headers, body: '' });
  assert.ok('status' in reply && reply.status < 300, JSON.stringify(reply));
}
