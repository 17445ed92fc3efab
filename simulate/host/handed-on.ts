import type { Runner, RunnerFile } from '../../src/action/runner/runner.js';
import type { ScriptJob } from '../script/script.js';

/** Values that one process handed on by the files of its runner. */
export interface HandedOn {
  readonly runner: Runner;
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly exported: Record<string, string>;
  /** Markdown of the summary so far. */
  summary(): string;
}

/** Creates the runner's side of one process; files that the job lacks, and everything after the process's end, take nothing. */
export function createHandedOn(lacks: NonNullable<ScriptJob['lacks']>, isOver: () => boolean): HandedOn {
  const outputs: Record<string, string> = {};
  const state: Record<string, string> = {};
  const exported: Record<string, string> = {};
  const summaries: string[] = [];
  const keep = (file: RunnerFile, into: Record<string, string>) => (name: string, value: string) => {
    if (!isOver() && !lacks.includes(file)) into[name] = value;
  };
  return {
    outputs,
    state,
    exported,
    summary: () => summaries.join(''),
    runner: {
      setOutput: keep('GITHUB_OUTPUT', outputs),
      saveState: keep('GITHUB_STATE', state),
      exportVariable: keep('GITHUB_ENV', exported),
      appendSummary(markdown) {
        if (isOver()) return;
        if (lacks.includes('GITHUB_STEP_SUMMARY')) throw new Error('EACCES: permission denied, open');
        summaries.push(markdown);
      },
      lost: (file) => (lacks.includes(file) ? `${file} is not set` : undefined),
    },
  };
}
