import type { ActResult } from './act.js';
import type { LogEntry } from './log-entry.js';

/** A step of the workflow as it ran; steps within a composite action are part of theirs. */
export interface StepRun {
  readonly job: string;
  /** Its `id`, or its position in the job. */
  readonly id: string;
  readonly stage: string;
  readonly result: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Lines of its log. */
  readonly said: readonly string[];
}

/** A workflow as it ran: its steps in the order of their start, without skipped ones. */
export interface WorkflowRun extends ActResult {
  readonly steps: readonly StepRun[];
  /** Results of the jobs by name. */
  readonly jobs: Readonly<Record<string, string>>;
}

/** Gathers each step's record from act's log. */
export function workflowRun(result: ActResult): WorkflowRun {
  const entriesOf = new Map<string, LogEntry[]>();
  const jobs: Record<string, string> = {};
  for (const entry of result.log) {
    const { job, jobResult, stage, stepID = [] } = entry;
    if (job !== undefined && jobResult !== undefined) jobs[job] = jobResult;
    const [id] = stepID;
    if (job === undefined || stage === undefined || id === undefined || stepID.length > 1) continue;
    const key = `${job} ${stage} ${id}`;
    entriesOf.set(key, [...(entriesOf.get(key) ?? []), entry]);
  }
  return { ...result, jobs, steps: [...entriesOf.values()].map(stepRun) };
}

function stepRun(entries: readonly LogEntry[]): StepRun {
  const { job = '', stage = '', stepID = [] } = entries[0] ?? {};
  const outputs = entries.filter(({ command }) => command === 'set-output');
  return {
    job,
    id: stepID[0] ?? '',
    stage,
    result: entries.flatMap(({ stepResult }) => stepResult ?? []).join(' '),
    outputs: Object.fromEntries(outputs.map(({ name = '', arg = '' }) => [name, arg])),
    said: entries.map(({ msg }) => msg.trimEnd()),
  };
}

/** Lists the results of the steps in their order: `auth success`, `post auth success`. */
export function courseOf(steps: readonly StepRun[]): readonly string[] {
  return steps.map(({ id, stage, result }) => `${stage === 'Post' ? 'post ' : ''}${id} ${result}`);
}

/** Finds the step of that `id`. Throws when it didn't run, or ran in several jobs. */
export function stepOf(steps: readonly StepRun[], id: string, stage = 'Main'): StepRun {
  const [step, another] = steps.filter((it) => it.id === id && it.stage === stage);
  if (step === undefined) throw new Error(`the step ${id} has no ${stage} in the log`);
  if (another !== undefined) throw new Error(`the step ${id} is in the log more than once`);
  return step;
}
