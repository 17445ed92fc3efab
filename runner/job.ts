import { fileURLToPath } from 'node:url';
import { contextVariables, refuseContextNames } from './contexts.js';
import { createJobFolder, deleteJobFolder, type JobFile, readJobFiles } from './job-folder.js';
import type { JobOptions, RunControls, StepOptions } from './job-options.js';
import { createMasker } from './log/masker.js';
import type { JobStatus } from './post-condition.js';
import { RUNNER_CANCEL_TIMES } from './process.js';
import { createSharedEnvironment } from './shared-environment.js';
import type { StepResult, Variables } from './step-result.js';
import { createSteps } from './steps.js';

/**
 * A job on a runner: its steps share files and environment, and nothing else. The caller awaits them one by
 * one.
 */
export interface Job {
  readonly workspace: string;
  /** Path of RUNNER_TEMP. */
  readonly temp: string;
  readonly status: JobStatus;
  /** Results of all runs so far, posts included. */
  readonly results: readonly StepResult[];
  /**
   * Runs one step, whatever the job's status: `if:`, `continue-on-error` and `timeout-minutes` are up to the
   * caller. Throws when there is no such action.
   */
  step(options: StepOptions): Promise<StepResult>;
  /** Runs the post entry of every step that has one and started, last step first, if `post-if` holds. */
  post(controls?: RunControls): Promise<readonly StepResult[]>;
  /** Cancels the job and the running step. Posts still run: their `always()` holds. */
  cancel(): void;
  /**
   * Sorts the outputs of the job: values that contain masked text are dropped, empty ones left out. Sizes are
   * not checked.
   */
  jobOutputs(outputs: Variables): { readonly kept: Variables; readonly dropped: readonly string[] };
  /** Hides all that is masked in a text. */
  mask(text: string): string;
  /** Reads every file of the job that is on disk now. */
  files(): readonly JobFile[];
  /** Returns everything that all runs wrote to standard output and standard error, not masked. */
  raw(): string;
  /** Deletes the job's folder. */
  end(): void;
}

/**
 * Creates a job with fresh folders and a clean environment. Throws when `env` holds a name of the runner's
 * contexts. Not modelled: containers, composite actions except `sharesState`, `pre` entries (the runner has
 * none for local actions), additions of GitHub's own services (ACTIONS_RUNTIME_TOKEN), and the 5 minutes that a
 * cancelled job has in all.
 */
export function createJob(options: JobOptions = {}): Job {
  const { github = {}, debug = false, event = {} } = options;
  refuseContextNames(options.env ?? {});
  const masker = createMasker();
  for (const secret of options.secrets ?? []) masker.add(secret.trim());

  if (options.idToken !== undefined) masker.add(options.idToken.token);

  const folder = createJobFolder(github['repository'] ?? 'octocat/hello-world');
  const shared = createSharedEnvironment({
    env: options.env ?? {},
    contexts: contextVariables({ folder, github, event, debug }),
    idToken: options.idToken,
    home: folder.home,
    path: process.env['PATH'] ?? '',
  });
  const steps = createSteps({
    root: options.root ?? fileURLToPath(new URL('..', import.meta.url)),
    node: options.node ?? process.execPath,
    times: options.cancelTimes ?? RUNNER_CANCEL_TIMES,
    windowsFiles: options.windowsFiles ?? process.platform === 'win32',
    folder,
    shared,
    masker,
    debug,
    sharesState: options.sharesState ?? false,
  });

  return {
    workspace: folder.workspace,
    temp: folder.temp,
    get status() {
      return steps.status();
    },
    results: steps.results,
    step: steps.main,
    post: steps.posts,
    cancel: steps.cancel,
    jobOutputs(outputs) {
      const given = Object.entries(outputs).filter(([, value]) => value !== '');
      const clean = ([, value]: readonly [string, string]) => masker.mask(value) === value;
      return {
        kept: Object.fromEntries(given.filter(clean)),
        dropped: given.filter((entry) => !clean(entry)).map(([name]) => name),
      };
    },
    mask: masker.mask,
    files: () => readJobFiles(folder),
    raw: () => steps.results.map((result) => result.stdout + result.stderr).join(''),
    end: () => deleteJobFolder(folder),
  };
}
