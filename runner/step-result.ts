import type { Command } from './commands/commands.js';
import type { Annotation, LogLine } from './log/step-log.js';

export type Conclusion = 'success' | 'failure' | 'cancelled';
export type Stage = 'main' | 'post';
export type Variables = Readonly<Record<string, string>>;

/**
 * Result of one run of a step's main or post entry. Only fields that say so are masked; the rest is as the
 * process wrote it.
 */
export interface StepResult {
  /** Id of the step: its own, or the runner's `__self`, `__self_2`, … */
  readonly id: string;
  readonly stage: Stage;
  /** Name, masked, as in the list of steps: `Run ./start`, `Post Run ./start`. */
  readonly name: string;
  readonly conclusion: Conclusion;
  /** Exit code: 128 + number when a signal ended the process; -1 when it could not start. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Inputs and variables of the step, masked, as in the first group of its log; empty for a post. */
  readonly details: readonly string[];
  /** The rest of the log, masked. */
  readonly log: readonly LogLine[];
  readonly annotations: readonly Annotation[];
  /** Workflow commands that the runner obeyed, not masked. */
  readonly commands: readonly Command[];
  readonly outputs: Variables;
  /** All state that the step holds for its post entry. */
  readonly state: Variables;
  /** Variables that it set for later steps. */
  readonly env: Variables;
  /** Paths that it put in front of the PATH of later steps, in the order written. */
  readonly paths: readonly string[];
  /** Markdown, masked; empty when there is none, or too much. */
  readonly summary: string;
}
