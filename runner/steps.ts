import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readActionFile } from './action-file.js';
import { refuseContextNames } from './contexts.js';
import { inputVariables, resolveInputs } from './inputs.js';
import type { JobFolder } from './job-folder.js';
import type { RunControls, StepOptions } from './job-options.js';
import type { Masker } from './log/masker.js';
import { type JobStatus, postConditionHolds } from './post-condition.js';
import type { CancelTimes } from './process.js';
import { runStep } from './run-step.js';
import type { SharedEnvironment } from './shared-environment.js';
import type { Stage, StepResult, Variables } from './step-result.js';

/** The steps of one job: the runs so far, and the posts still to run. */
export interface Steps {
  readonly results: readonly StepResult[];
  status(): JobStatus;
  main(step: StepOptions): Promise<StepResult>;
  posts(controls?: RunControls): Promise<readonly StepResult[]>;
  cancel(): void;
}

/** A step whose main entry has started. */
interface StartedStep {
  readonly id: string;
  readonly step: StepOptions;
  readonly inputs: ReadonlyMap<string, string>;
  /** State that the main entry saved; set when it has ended. */
  state: Variables;
}

interface Entry {
  readonly stage: Stage;
  readonly script: string;
  readonly cancel: AbortSignal;
  readonly controls: RunControls;
  readonly warnings: readonly string[];
}

/** Creates the steps of a job. */
export function createSteps(job: {
  readonly root: string;
  readonly node: string;
  readonly times: CancelTimes;
  readonly windowsFiles: boolean;
  readonly folder: JobFolder;
  readonly shared: SharedEnvironment;
  readonly masker: Masker;
  readonly debug: boolean;
  readonly sharesState: boolean;
}): Steps {
  const results: StepResult[] = [];
  const posts: { readonly condition: string; run(controls: RunControls): Promise<StepResult> }[] = [];
  const cancelled = new AbortController();
  let unnamed = 0;
  let last: Variables = {};

  const status = (): JobStatus => {
    const any = (conclusion: StepResult['conclusion']) =>
      results.some((result) => result.conclusion === conclusion);
    if (cancelled.signal.aborted || any('cancelled')) return 'cancelled';
    return any('failure') ? 'failure' : 'success';
  };

  const run = async ({ id, step, inputs, state: own }: StartedStep, entry: Entry): Promise<StepResult> => {
    const { stage, controls } = entry;
    const state = stage === 'post' && job.sharesState ? last : own;
    const stateVariables = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
    const env = { ...job.shared.context(step.env ?? {}), ...Object.fromEntries(stateVariables) };
    const result = await runStep({
      id,
      stage,
      name: `${stage === 'post' ? 'Post ' : ''}Run ${step.uses}`,
      script: entry.script,
      node: job.node,
      cwd: job.folder.workspace,
      temp: job.folder.temp,
      env: job.shared.process({ id, env, inputs: inputVariables(inputs) }),
      state,
      details: stage === 'post' ? [] : describe(inputs, env),
      warnings: entry.warnings,
      masker: job.masker,
      debug: job.debug,
      cancel: entry.cancel,
      kill: controls.kill,
      deafen: controls.deafen,
      times: job.times,
      windowsFiles: job.windowsFiles,
      onLine: controls.onLine,
    });
    results.push(result);
    job.shared.apply(result);
    return result;
  };

  return {
    results,
    status,
    cancel: () => cancelled.abort(),
    async main(step) {
      refuseContextNames(step.env ?? {});
      const action = readActionFile(resolve(job.root, step.uses));
      const script = requireFile(join(action.folder, action.main));
      const { values: inputs, warnings } = resolveInputs(action, step.with ?? {});
      const preNote = `\`pre\` execution is not supported for local action from '${step.uses}'`;
      if (step.id === undefined) unnamed += 1;
      const id = step.id ?? (unnamed === 1 ? '__self' : `__self_${unnamed}`);
      const started: StartedStep = { id, step, inputs, state: job.sharesState ? last : {} };
      if (action.post !== undefined) {
        const post = requireFile(join(action.folder, action.post));
        // A cancel doesn't interrupt a post under `always()`, and no other condition holds after a cancel.
        const entry = {
          stage: 'post',
          script: post,
          cancel: new AbortController().signal,
          warnings: [],
        } as const;
        posts.push({ condition: action.postIf, run: (controls) => run(started, { ...entry, controls }) });
      }
      // A step that starts after the cancel runs to its end, as with `if: always()`.
      const signals = [step.signal, cancelled.signal.aborted ? undefined : cancelled.signal];
      const result = await run(started, {
        stage: 'main',
        script,
        cancel: AbortSignal.any(signals.filter((signal) => signal !== undefined)),
        controls: step,
        warnings: action.pre === undefined ? warnings : [preNote, ...warnings],
      });
      started.state = result.state;
      last = result.state;
      return result;
    },
    async posts(controls = {}) {
      const ran: StepResult[] = [];
      for (let post = posts.pop(); post !== undefined; post = posts.pop()) {
        if (postConditionHolds(post.condition, status())) ran.push(await post.run(controls));
      }
      return ran;
    },
  };
}

/** Lists the inputs and variables of a step as the log shows them, without empty inputs. */
function describe(inputs: ReadonlyMap<string, string>, env: Variables): readonly string[] {
  const line = ([name, value]: readonly [string, string]) => `  ${name}: ${value}`;
  const given = [...inputs].filter(([, value]) => value !== '');
  const variables = Object.entries(env);
  return [
    ...(inputs.size > 0 ? ['with:', ...given.map(line)] : []),
    ...(variables.length > 0 ? ['env:', ...variables.map(line)] : []),
  ];
}

function requireFile(path: string): string {
  if (!existsSync(path)) throw new Error(`${path} doesn't exist: build the action with \`npm run build\`.`);
  return path;
}
