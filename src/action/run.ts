import { type CommandResult, failedStep } from '../commands/result.js';
import { Deadline } from '../deadline.js';
import { ActionError, asActionError } from '../errors.js';
import { lastSecond } from '../macaroon/bundle.js';
import type { CommandName } from './commands.js';
import { RUN } from './dispatch.js';
import { commandInput, type Environment, inputText, readInputs } from './inputs.js';
import { credentialInputForms, tokenForms } from './mask.js';
import { NO_ENDS, type TokenEnds, writeMachinesFile } from './outputs.js';
import { type Report, report } from './report.js';
import { prepareStep, type Shell, type Step } from './step.js';

const DEFAULT_TIMEOUT_MS = 300_000;

/** As long as a step's inputs haven't been read, its failure is told in full. */
const UNREAD: Report['inputs'] = { 'on-failure': 'fail', summary: 'auto', 'dry-run': false };

/** Runs one step from its inputs to its report; whether it succeeded. Without a command, it is an input. */
export async function run(command: CommandName | undefined, shell: Shell): Promise<boolean> {
  const { env, log, clock } = shell;
  for (const secret of secretsIn(env)) log.mask(secret);
  const start = clock.now();
  let name = command;
  let inputs = UNREAD;
  let step: Step | undefined;
  let result: CommandResult;
  let machinesFile = '';
  try {
    name ??= commandInput(env);
    const read = readInputs(env, name, command === undefined);
    inputs = read;
    const deadline = new Deadline(clock, shell.cancelled, read.timeout ?? DEFAULT_TIMEOUT_MS);
    try {
      step = prepareStep(name, read, deadline, shell);
      result = await RUN[name](step);
    } finally {
      deadline.end();
    }
    ({ result, machinesFile } = filed(result, name, shell));
  } catch (thrown) {
    result = failedStep(name ?? 'the step', step?.access.apps ?? [], asActionError(thrown));
  }
  const ends = step === undefined ? NO_ENDS : endsOf(step);
  const elapsedMs = clock.now() - start;
  try {
    return report({ command: name ?? 'machines', result, ends, machinesFile, elapsedMs, inputs }, shell);
  } catch (thrown) {
    for (const { error } of [...result.failures, { error: unwritable(thrown) }]) log.error(error.line);
    return false;
  }
}

/** Writes the machines to their file; where that fails, what became of them is told all the same. */
function filed(
  result: CommandResult,
  name: CommandName,
  { scratch, unique }: Shell,
): { result: CommandResult; machinesFile: string } {
  try {
    return { result, machinesFile: writeMachinesFile(scratch, `${name}-${unique()}`, result) };
  } catch (thrown) {
    const failure = { what: undefined, error: unwritable(thrown) };
    return { result: { ...result, failures: [...result.failures, failure] }, machinesFile: '' };
  }
}

function unwritable(thrown: unknown): ActionError {
  return new ActionError('internal', `the outputs could not be written: ${asActionError(thrown).message}`, {
    hint: "Is the disk full, or the runner's temporary folder gone?",
    cause: thrown,
  });
}

function endsOf({ connection, access }: Step): TokenEnds {
  const ends = access.bundle.permissions.map((token) => lastSecond(token) * 1000);
  const tokenEnds = ends.length === 0 ? undefined : Math.max(...ends);
  return { usableUntil: connection.session.usableUntil(), tokenEnds };
}

function secretsIn(env: Environment): string[] {
  const tokens = [inputText(env, 'token'), env['FLY_ACCESS_TOKEN'], env['FLY_API_TOKEN']];
  const credentials = inputText(env, 'third-party-credentials') ?? '';
  return [...tokens.flatMap((token) => tokenForms(token ?? '')), ...credentialInputForms(credentials)];
}
