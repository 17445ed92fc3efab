import type { Command } from './commands.js';
import type { Annotation, LogLine } from './step-log.js';

export type Conclusion = 'success' | 'failure' | 'cancelled';
export type Stage = 'main' | 'post';
export type Variables = Readonly<Record<string, string>>;

/** What one run of a step's main or post entry did. Masked is what says so; the rest is as the process wrote it. */
export interface StepResult {
  /** The step's own id, else the runner's `__self`, `__self_2`, … */
  readonly id: string;
  readonly stage: Stage;
  /** Masked, as the list of steps shows it: `Run ./start`, `Post Run ./start`. */
  readonly name: string;
  readonly conclusion: Conclusion;
  /** 128 + number when a signal ended the process; -1 when it could not be started. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Masked: the step's inputs and variables, as the first group of its log shows them; empty for a post. */
  readonly details: readonly string[];
  /** Masked: the rest of the log. */
  readonly log: readonly LogLine[];
  readonly annotations: readonly Annotation[];
  /** The workflow commands that were obeyed, not masked. */
  readonly commands: readonly Command[];
  readonly outputs: Variables;
  /** All state that the step holds for its post entry. */
  readonly state: Variables;
  /** What it set for later steps. */
  readonly env: Variables;
  /** What it put in front of the PATH of later steps, in the order written. */
  readonly paths: readonly string[];
  /** Masked markdown; empty when there is none, or too much. */
  readonly summary: string;
}
