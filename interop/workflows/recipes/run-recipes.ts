import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { EXAMPLES, type Example, readExamples } from '../../../scripts/examples.js';
import { TOOLS } from '../../go.js';
import { record } from '../../record.js';
import { runAct, type Trigger } from '../act.js';
import { endEmulators } from '../emulators.js';
import { assertNoSecretShown } from '../no-secret-shown.js';
import { printLog } from '../print-log.js';
import { type WorkflowRun, workflowRun } from '../workflow-run.js';
import { asActReads } from './as-act-reads.js';
import { APPS } from './fleet.js';
import { outcomeOf } from './outcomes/all.js';
import { startRecipeFly } from './recipe-fly.js';
import { copyAction, PUBLISHED, programsOf, standInsOf, writePrograms } from './stand-ins.js';
import { triggerName, triggersOf } from './triggers.js';

/** Third party of the user's own in the examples. */
const OWN_THIRD_PARTY = 'https://discharge.example.com';
/** App of the user's own in the examples, which is probed. */
const PROBED_APP = 'https://my-app.fly.dev';
/** Number of parallel runs; they mostly wait, each for a Fly of its own in this process. */
const AT_ONCE = 4;

interface Place {
  readonly act: string;
  /** Folder for all recipes: our published action. */
  readonly folder: string;
}

/** Runs each of these examples unchanged, once for each trigger, and returns the number of runs and of failures. */
export async function runRecipes(
  act: string,
  isChosen: (path: string) => boolean,
): Promise<{ runs: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  try {
    copyAction(join(folder, 'action'));
    const limit = pLimit(AT_ONCE);
    const results = await Promise.all(
      readExamples()
        .filter(({ name }) => isChosen(pathOf(name)))
        .flatMap((recipe) => {
          const triggers = triggersOf(recipe.text);
          record({
            compared: pathOf(recipe.name),
            against: `nektos/act ${TOOLS.act.version}`,
            cases: triggers.length,
            result: `runs ${howFarAsItStands(recipe.text)}`,
          });
          return triggers.map((trigger) => limit(() => passes({ act, folder }, recipe, trigger)));
        }),
    );
    return { runs: results.length, failed: results.filter((it) => !it).length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pathOf(name: string): string {
  return `${EXAMPLES}/${name}`;
}

function howFarAsItStands(text: string): string {
  const { lacking } = asActReads(text);
  const programs = programsOf(text);
  return [
    'as it stands',
    ...(lacking.length > 0 ? [`without ${lacking.join(' and ')}, which act lacks`] : []),
    ...(programs.length > 0 ? [`with a stand-in for ${programs.join(' and ')}`] : []),
  ].join('; ');
}

async function passes(place: Place, recipe: Example, trigger: Trigger): Promise<boolean> {
  const title = `${pathOf(recipe.name)} on ${triggerName(trigger)}`;
  const { says = [], settings, ...outcome } = outcomeOf(recipe.name, triggerName(trigger));
  const folder = mkdtempSync(join(place.folder, 'run-'));
  const file = join(folder, 'recipe.yml');
  mkdirSync(join(folder, 'act'));
  writePrograms(join(folder, 'programs'), standInsOf(recipe.text));
  const fly = await startRecipeFly(APPS, settings);
  writeFileSync(
    file,
    asActReads(recipe.text).text.replaceAll(OWN_THIRD_PARTY, fly.url).replaceAll(PROBED_APP, fly.appUrl),
  );
  let run: WorkflowRun | undefined;
  try {
    const { env, secrets } = fly;
    const result = await runAct(place.act, {
      ...trigger,
      file,
      env,
      secrets,
      folder: join(folder, 'act'),
      repositories: { [PUBLISHED]: join(place.folder, 'action') },
      programs: join(folder, 'programs'),
    });
    run = workflowRun(result);
    assert.equal(run.exitCode, 0, `the exit code of act, which printed: ${run.stderr}`);
    assert.deepEqual(
      run.steps
        // Our actions have nothing to do before the job.
        .filter(({ stage, result }) => result !== 'success' && !(stage === 'Pre' && result === ''))
        .map(({ id, stage, result }) => `${stage} ${id}: ${result}`),
      [],
      'steps without success',
    );
    assert.deepEqual({ jobs: Object.keys(run.jobs).length, ...fly.changes() }, outcome);
    const said = fly.said();
    assert.equal(said.length, says.length, `it says: ${said.join('; ')}`);
    for (const [index, pattern] of says.entries()) assert.match(said[index] ?? '', pattern);
    assertNoSecretShown(run, recipe.text.includes('export-token: env'));
    console.log(`ok      ${title}: ${Object.keys(run.jobs).length} jobs, ${run.steps.length} steps`);
    return true;
  } catch (error) {
    if (run !== undefined) printLog(run);
    console.error(`FAILED  ${title}: ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  } finally {
    if (run !== undefined) endEmulators(run);
    await fly.close();
  }
}
