import type { ActResult } from './act.js';
import type { LogEntry } from './log-entry.js';

/** One of the workflow's own steps as it ran; the steps within a composite action are part of theirs. */
export interface StepRun {
  readonly job: string;
  /** Its `id`, or its place in the job. */
  readonly id: string;
  readonly stage: string;
  readonly result: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The lines of its log. */
  readonly said: readonly string[];
}

/** A workflow as it ran: its steps in the order of their beginning, a skipped one left out. */
export interface WorkflowRun extends ActResult {
  readonly steps: readonly StepRun[];
  /** Results of the jobs by name. */
  readonly jobs: Readonly<Record<string, string>>;
}

/** Gathers from act's log what each step did. */
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

/** How the steps went, in their order: `auth success`, `post auth success`. */
export function courseOf(steps: readonly StepRun[]): readonly string[] {
  return steps.map(({ id, stage, result }) => `${stage === 'Post' ? 'post ' : ''}${id} ${result}`);
}

/** The step of that `id`; throws when it didn't run, or ran in several jobs. */
export function stepOf(steps: readonly StepRun[], id: string, stage = 'Main'): StepRun {
  const [step, another] = steps.filter((it) => it.id === id && it.stage === stage);
  if (step === undefined) throw new Error(`there is no ${stage} of the step ${id}`);
  if (another !== undefined) throw new Error(`the step ${id} is there more than once`);
  return step;
}
