import type { CommandName } from '../command-table.js';
import { type CommandResult, type Failure, failedStep } from '../commands/result/result.js';
import { Deadline } from '../deadline.js';
import { ActionError, asActionError } from '../errors.js';
import { filesIn } from '../files/folder.js';
import { endOfAll } from '../macaroon/bundle.js';
import { Job } from './access/job.js';
import { credentialInputForms, tokenForms } from './access/mask.js';
import { RUN } from './dispatch.js';
import { commandInput, readInputs } from './inputs/read-inputs.js';
import { foreignWarning, unknownInputs } from './inputs/unknown-inputs.js';
import { failureText } from './report/failure-text.js';
import { NO_ENDS, type TokenEnds, writeMachinesFile } from './report/outputs.js';
import { type Report, report } from './report/report.js';
import { type Environment, inputText } from './runner/environment.js';
import { titledLog } from './runner/log.js';
import { inContext } from './step/in-context.js';
import { preflight } from './step/preflight.js';
import { prepareStep } from './step/prepare-step.js';
import { checkPromises } from './step/promises.js';
import type { Shell, Step } from './step/step.js';

const DEFAULT_TIMEOUT_MS = 300_000;

/** As long as a step's inputs haven't been read, its failure is told in full. */
const UNREAD: Report['inputs'] = { 'on-failure': 'fail', summary: 'auto', 'dry-run': false };

/** Runs one step from its inputs to its report; whether it succeeded. Without a command, it is an input. */
export async function run(command: CommandName | undefined, shell: Shell): Promise<boolean> {
  const { env, log, clock } = shell;
  for (const secret of [...secretsIn(env), ...new Job(env).secrets]) log.mask(secret);
  const start = clock.now();
  let name = command;
  const files = shell.files ?? (shell.temp === undefined ? undefined : filesIn(shell.temp));
  let titled: Shell = { ...shell, files };
  let inputs = UNREAD;
  let step: Step | undefined;
  let result: CommandResult;
  try {
    name ??= commandInput(env);
    titled = { ...titled, log: titledLog(log, `fly ${name}`) };
    const foreign = foreignWarning(unknownInputs(env, command === undefined));
    if (foreign !== undefined) titled.log.warning(foreign);
    const read = readInputs(env, name, command === undefined);
    inputs = read;
    const deadline = new Deadline(clock, shell.cancelled, read.timeout ?? DEFAULT_TIMEOUT_MS);
    try {
      checkPromises(name, read, titled);
      step = prepareStep(name, read, deadline, titled);
      preflight(name, step);
      result = inContext(await RUN[name](step), step.access);
    } finally {
      deadline.end();
    }
  } catch (thrown) {
    const failed = failedStep(name ?? 'the step', step?.access.scope.apps ?? [], asActionError(thrown));
    result = inContext(failed, step?.access);
  }
  const { machinesFile, ...unfiled } = fileMachines(name ?? 'none', result, shell);
  if (unfiled.failure !== undefined) result = { ...result, failures: [...result.failures, unfiled.failure] };
  const ends = step === undefined ? NO_ENDS : endsOf(step);
  const elapsedMs = clock.now() - start;
  const title = name ?? 'machines';
  try {
    return report({ command: title, result, ends, machinesFile, elapsedMs, inputs }, titled);
  } catch (thrown) {
    const failure = failureText(title, result);
    if (failure !== undefined) log.error(failure.text, failure.title);
    titled.log.error(unwritable(thrown).line);
    return false;
  }
}

/** Writes the machines to their file, `[]` for a step that knows of none; where that fails, the rest is told all the same. */
function fileMachines(
  name: string,
  result: CommandResult,
  { files, scratch, unique }: Shell,
): { machinesFile: string; failure?: Failure } {
  try {
    return { machinesFile: writeMachinesFile(files ?? filesIn(scratch), `${name}-${unique()}`, result) };
  } catch (thrown) {
    return { machinesFile: '', failure: { app: undefined, error: unwritable(thrown) } };
  }
}

function unwritable(thrown: unknown): ActionError {
  return new ActionError('internal', `the outputs could not be written: ${asActionError(thrown).message}`, {
    hint: "Is the disk full, or the runner's temporary folder gone?",
    cause: thrown,
  });
}

function endsOf({ connection }: Step): TokenEnds {
  const { permissions } = connection.token.bundle;
  const tokenEnds = permissions.length === 0 ? undefined : endOfAll(permissions);
  return { usableUntil: connection.token.usableUntil(), tokenEnds };
}

function secretsIn(env: Environment): string[] {
  const tokens = [
    inputText(env, 'token'),
    inputText(env, 'metrics-token'),
    env['FLY_ACCESS_TOKEN'],
    env['FLY_API_TOKEN'],
  ];
  const credentials = inputText(env, 'third-party-credentials') ?? '';
  return [...tokens.flatMap((token) => tokenForms(token ?? '')), ...credentialInputForms(credentials)];
}
