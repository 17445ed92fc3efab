import type { GivenInputs } from './inputs.js';
import type { CancelTimes } from './process.js';
import type { LogLine } from './step-log.js';
import type { Variables } from './step-result.js';

/** How a job is set up; everything has a default. */
export interface JobOptions {
  /** Where `./x/action.yml` is looked for; this repository by default. The job's workspace is another, empty folder. */
  readonly root?: string;
  /** The node binary that runs the actions; the running one by default, whatever `using` says. */
  readonly node?: string;
  /** The workflow's `env:`. A name that the runner's contexts own is an error; set it with `github`. */
  readonly env?: Variables;
  /** Values of `secrets.*`, masked from the start. */
  readonly secrets?: readonly string[];
  /** Where the steps ask for OIDC tokens, and what with (masked from the start); absent without `permissions: id-token: write`. */
  readonly idToken?: { readonly url: string; readonly token: string };
  /** The `github` context by its own names: `{ event_name: 'pull_request' }`. */
  readonly github?: Variables;
  /** The webhook's payload, read by GITHUB_EVENT_PATH. */
  readonly event?: unknown;
  /** Step debugging: RUNNER_DEBUG=1, `::debug::` lines shown, commands echoed. */
  readonly debug?: boolean;
  readonly cancelTimes?: CancelTimes;
  /** Whether the files by which steps talk to the runner are read as on Windows, where lines may end with CRLF. */
  readonly windowsFiles?: boolean;
  /** Whether its steps are uses of one composite action: all their posts are given the state that was saved last (actions/runner#1947). */
  readonly sharesState?: boolean;
}

/** What a caller may do to a run while it goes on. */
export interface RunControls {
  /** Ends the process with SIGKILL: a crash, not a cancel. */
  readonly kill?: AbortSignal;
  /** From then on nobody reads what the process says: its pipes are closed. */
  readonly deafen?: AbortSignal;
  /** Hears every line of the log when it is written, masked. */
  readonly onLine?: (line: LogLine) => void;
}

/** One step of a workflow. */
export interface StepOptions extends RunControls {
  /** A local action: `./` or `./start`. */
  readonly uses: string;
  readonly with?: GivenInputs;
  readonly env?: Variables;
  readonly id?: string;
  /** Cancels the job while this step runs. */
  readonly signal?: AbortSignal;
}
