import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readActionFile } from '../../runner/action-file.js';
import { inputVariables, resolveInputs } from '../../runner/inputs.js';
import type { Job } from '../../runner/job.js';
import { ROOT } from './node-binary.js';

/**
 * Returns the variables that the runner sets for a step and that can change its work, with its inputs and the
 * files that it writes.
 */
export function stepEnvironment(
  command: string,
  job: Job,
  inputs: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const files = Object.fromEntries(
    ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) => {
      const path = join(job.temp, name.toLowerCase());
      writeFileSync(path, '');
      return [name, path];
    }),
  );
  const { values } = resolveInputs(readActionFile(join(ROOT, command)), inputs);
  return {
    ...inputVariables(values),
    ...files,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: job.workspace,
    RUNNER_TEMP: job.temp,
  };
}
