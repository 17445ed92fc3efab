import type { GivenInputs } from './inputs.js';
import type { LogLine } from './log/step-log.js';
import type { CancelTimes } from './process.js';
import type { Variables } from './step-result.js';

/** Options of a job; each has a default. */
export interface JobOptions {
  /**
   * Folder in which to look for `./x/action.yml`. Default: this repository. The job's workspace is another,
   * empty folder.
   */
  readonly root?: string;
  /** Node binary that runs the actions, whatever `using` says. Default: the running one. */
  readonly node?: string;
  /**
   * Variables of the workflow's `env:`. A name that the runner's contexts own is an error; set it with
   * `github`.
   */
  readonly env?: Variables;
  /** Values of `secrets.*`, masked from the start. */
  readonly secrets?: readonly string[];
  /**
   * URL at which the steps ask for OIDC tokens, and the token with which they ask (masked from the start).
   * Absent without `permissions: id-token: write`.
   */
  readonly idToken?: { readonly url: string; readonly token: string };
  /** Values of the `github` context by its own names: `{ event_name: 'pull_request' }`. */
  readonly github?: Variables;
  /** Payload of the webhook, in the file at GITHUB_EVENT_PATH. */
  readonly event?: unknown;
  /** True for step debugging: RUNNER_DEBUG=1, `::debug::` lines shown, commands echoed. */
  readonly debug?: boolean;
  /** Times of a cancel. Default: the runner's own. */
  readonly cancelTimes?: CancelTimes;
  /** True to read the files by which steps talk to the runner as on Windows, where lines may end with CRLF. Default: as here. */
  readonly windowsFiles?: boolean;
  /**
   * True if the steps are uses of one composite action: each post then gets the state that was saved last
   * (actions/runner#1947).
   */
  readonly sharesState?: boolean;
}

/** Ways in which a caller acts on a run while it goes on. */
export interface RunControls {
  /** Signal to end the process with SIGKILL: a crash, not a cancel. */
  readonly kill?: AbortSignal;
  /** Signal to stop reading what the process says, and to close its pipes. */
  readonly deafen?: AbortSignal;
  /** Called with every line of the log, masked, when it is written. */
  readonly onLine?: (line: LogLine) => void;
}

/** A step of a workflow. */
export interface StepOptions extends RunControls {
  /** Path of a local action: `./` or `./start`. */
  readonly uses: string;
  readonly with?: GivenInputs;
  readonly env?: Variables;
  readonly id?: string;
  /** Signal to cancel the job while this step runs. */
  readonly signal?: AbortSignal;
}
