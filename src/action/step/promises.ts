import type { CommandName } from '../../command-table.js';
import { ActionError } from '../../errors.js';
import { JOB_KEY } from '../access/job.js';
import type { Inputs } from '../inputs/table.js';
import type { RunnerFile } from '../runner/runner.js';
import type { Shell } from './step.js';

const HINT =
  "The runner gives each step one: was it lost on the way (a container, `sudo`, an older engine), or is its folder gone or another user's?";

/**
 * Throws an `input` error, before anything is sent, where the inputs promise what needs a file of the runner that isn't
 * there. A session that can't be closed at the job's end is only a warning, since `auth` is used without a post, too. A dry
 * run warns of what a real one would be refused for.
 */
export function checkPromises(command: CommandName, inputs: Inputs, { env, runner, log }: Shell): void {
  const lost = (file: RunnerFile) => runner.lost?.(file);
  const refused = [
    problem('restore', inputs.restore ? lost('GITHUB_STATE') : undefined),
    problem('export-token', exportLost(inputs['export-token'], lost)),
  ].find((it) => it !== undefined);
  if (refused !== undefined && !inputs['dry-run']) throw refused;
  if (refused !== undefined) log.warning(`A real run would be refused. ${refused.line}`);
  const unnamed = command === 'auth' && env[JOB_KEY] === undefined ? lost('GITHUB_ENV') : undefined;
  if (unnamed !== undefined)
    log.warning(
      `Only repository, run, attempt and job tell this job's session from those of other jobs, so anyone who can put a file into RUNNER_TEMP can forge it: ${unnamed}. ${HINT}`,
    );
  const stays = command === 'auth' ? lost('GITHUB_STATE') : undefined;
  if (stays !== undefined)
    log.warning(
      `The session will not be closed at the job's end, and its file with the token stays in RUNNER_TEMP: ${stays}. ${HINT}`,
    );
}

function exportLost(
  where: Inputs['export-token'],
  lost: (file: RunnerFile) => string | undefined,
): string | undefined {
  if (where === 'false') return undefined;
  return lost(where === 'env' ? 'GITHUB_ENV' : 'GITHUB_OUTPUT');
}

function problem(input: string, why: string | undefined): ActionError | undefined {
  if (why === undefined) return undefined;
  return new ActionError('input', `\`${input}\` would have no effect: ${why}.`, { hint: HINT });
}
