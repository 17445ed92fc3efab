import * as v from '@badrap/valita';
import { parse } from 'yaml';
import type { Trigger } from '../../../interop/workflows/act.js';
import { createJob } from '../../../runner/job.js';
import type { StepResult, Variables } from '../../../runner/step-result.js';
import { REPOSITORY } from '../../../scripts/repository.js';
import { type Contexts, filled, holds } from './expressions.js';

const Scalar = v.union(v.string(), v.number(), v.boolean());
const Step = v.object({
  id: v.string().optional(),
  if: v.union(v.string(), v.boolean()).optional(),
  uses: v.string().optional(),
  with: v.record(Scalar).optional(),
});
const JobShape = v.object({
  if: v.string().optional(),
  permissions: v.record(v.string()).optional(),
  strategy: v.object({ matrix: v.record(v.union(v.array(Scalar), v.string())) }).optional(),
  outputs: v.record(v.string()).optional(),
  steps: v.array(Step),
});
const Workflow = v.object({ jobs: v.record(JobShape) });
const Dispatch = v.object({
  on: v.object({
    workflow_dispatch: v.object({
      inputs: v.record(v.object({ type: v.string(), default: Scalar.optional() })),
    }),
  }),
});
/** Our own published actions in a workflow: the path behind the name is the folder. */
export const OURS = new RegExp(`^${REPOSITORY}(/[\\w./-]+)?@v1$`);

/** Surroundings of a workflow. */
export interface Surroundings {
  readonly secrets: Variables;
  readonly env: Variables;
  readonly idToken: { readonly url: string; readonly token: string };
}

/**
 * Runs our own steps of a workflow in the model of GitHub's runner, jobs one after another in their order, and returns
 * their results, posts included. Other steps are left out, so that what they do must not matter to ours.
 */
export async function runWorkflow(
  text: string,
  trigger: Trigger,
  surroundings: Surroundings,
): Promise<readonly StepResult[]> {
  const { jobs } = Workflow.parse(parse(text), { mode: 'strip' });
  const needs: Record<string, { outputs: Variables }> = {};
  const results: StepResult[] = [];
  const github = { event_name: trigger.event, event: trigger.payload ?? {}, ref: 'refs/heads/main' };
  for (const [name, job] of Object.entries(jobs)) {
    const contexts = { github, secrets: surroundings.secrets, inputs: inputsOf(text, trigger), needs };
    if (!holds(job.if, contexts)) continue;
    for (const own of matrixOf(job, contexts)) {
      const ran = await runJob(job, { ...contexts, ...own }, surroundings);
      results.push(...ran.results);
      needs[name] = { outputs: ran.outputs };
    }
  }
  return results;
}

type JobShape = v.Infer<typeof JobShape>;

async function runJob(shape: JobShape, contexts: Contexts, { secrets, env, idToken }: Surroundings) {
  const mayAsk = shape.permissions?.['id-token'] === 'write';
  const job = createJob({ secrets: Object.values(secrets), env, ...(mayAsk ? { idToken } : {}) });
  const steps: Record<string, { outputs: Variables }> = {};
  try {
    for (const { uses = '', id, if: condition, with: inputs = {} } of shape.steps) {
      const known = { ...contexts, steps };
      const ours = OURS.exec(uses);
      if (ours === null || !holds(condition, known)) continue;
      const given = Object.entries(inputs).map(([name, value]) => [
        name,
        String(filled(String(value), known)),
      ]);
      const options = { uses: `.${ours[1] ?? '/'}`, with: Object.fromEntries(given) };
      const { outputs } = await job.step(id === undefined ? options : { ...options, id });
      if (id !== undefined) steps[id] = { outputs };
    }
    await job.post();
    const outputs: Record<string, string> = {};
    for (const [name, value] of Object.entries(shape.outputs ?? {}))
      outputs[name] = String(filled(value, { ...contexts, steps }));
    return { results: job.results, outputs };
  } finally {
    job.end();
  }
}

/** Returns the contexts of each job that a matrix of one dimension makes; without a matrix, of the one job. */
function matrixOf({ strategy }: JobShape, contexts: Contexts): readonly Contexts[] {
  const [dimension, another] = Object.entries(strategy?.matrix ?? {});
  if (another !== undefined) throw new Error(`the matrix has a second dimension, ${another[0]}`);
  if (dimension === undefined) return [{}];
  const [name, given] = dimension;
  const values = v.array(Scalar).parse(typeof given === 'string' ? filled(given, contexts) : given);
  return values.map((value, index) => ({
    matrix: { [name]: value },
    strategy: { 'job-index': index, 'job-total': values.length },
  }));
}

/** Returns the context `inputs` of a dispatch, with its defaults; empty for any other event. */
function inputsOf(text: string, { event, inputs: given = {} }: Trigger): Contexts {
  const dispatch = Dispatch.try(parse(text), { mode: 'strip' });
  if (event !== 'workflow_dispatch' || !dispatch.ok) return {};
  const { inputs } = dispatch.value.on.workflow_dispatch;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { type, default: value = '' }]) => {
      const text = given[name] ?? value;
      return [name, type === 'boolean' ? String(text) === 'true' : text];
    }),
  );
}
