import type { StepResult } from '../../../runner/step-result.js';
import { said } from './results.js';
import type { Scenario } from './scenario.js';

/** The one error of a step that must have failed before anything was sent. */
export function refusal(
  result: Pick<StepResult, 'conclusion' | 'stderr' | 'annotations' | 'outputs'>,
  { fly }: Pick<Scenario, 'fly'>,
): string {
  expect(result.conclusion).toBe('failure');
  expect(result.stderr).toBe('');
  expect(fly.requests).toEqual([]);
  const errors = said(result, 'error');
  expect(errors).toHaveLength(1);
  expect(result.outputs).toMatchObject({ machines: '[]', count: '0', 'changed-ids': '[]', 'expires-at': '' });
  return errors[0] ?? '';
}
