/** The state of a job, as `success()`, `failure()` and `cancelled()` in a condition see it. */
export type JobStatus = 'success' | 'failure' | 'cancelled';

const holds: Readonly<Record<string, (status: JobStatus) => boolean>> = {
  'always()': () => true,
  '!cancelled()': (status) => status !== 'cancelled',
  'cancelled()': (status) => status === 'cancelled',
  'failure()': (status) => status === 'failure',
  'success()': (status) => status === 'success',
};

/** Whether a `post-if` holds. Throws for any expression but a single status function: the rest of the language is not modelled. */
export function postConditionHolds(condition: string, status: JobStatus): boolean {
  const check = holds[condition.replaceAll(/\s/g, '')];
  if (check === undefined) throw new Error(`post-if '${condition}' can't be evaluated by this runner.`);
  return check(status);
}
