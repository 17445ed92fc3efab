/** Status of a job, as `success()`, `failure()` and `cancelled()` in a condition see it. */
export type JobStatus = 'success' | 'failure' | 'cancelled';

const CONDITIONS: Readonly<Record<string, (status: JobStatus) => boolean>> = {
  'always()': () => true,
  '!cancelled()': (status) => status !== 'cancelled',
  'cancelled()': (status) => status === 'cancelled',
  'failure()': (status) => status === 'failure',
  'success()': (status) => status === 'success',
};

/**
 * Tells whether a `post-if` holds. Throws for any expression other than a single status function: the rest of
 * the language is not modelled.
 */
export function postConditionHolds(condition: string, status: JobStatus): boolean {
  const check = CONDITIONS[condition.replaceAll(/\s/g, '')];
  if (check === undefined)
    throw new Error(
      `This runner can't evaluate post-if '${condition}': use one of ${Object.keys(CONDITIONS).join(', ')}.`,
    );
  return check(status);
}
