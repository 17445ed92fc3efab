import { Deadline } from '../deadline.js';
import { asActionError } from '../errors.js';
import { lastSecond } from '../macaroon/bundle.js';
import type { CommandName } from './commands.js';
import { RUN } from './dispatch.js';
import { commandInput, type Environment, inputText, readInputs } from './inputs.js';
import { credentialInputForms, tokenForms } from './mask.js';
import { emptyOutputs, type TokenEnds, writeMachinesFile } from './outputs.js';
import { report } from './report.js';
import { prepareStep, type Shell, type Step } from './step.js';

const DEFAULT_TIMEOUT_MS = 300_000;

/** Runs one step from its inputs to its report; whether it succeeded. Without a command, it is an input. Never throws. */
export async function run(command: CommandName | undefined, shell: Shell): Promise<boolean> {
  const { env, log, clock } = shell;
  for (const secret of secretsIn(env)) log.mask(secret);
  const start = clock.now();
  let deadline: Deadline | undefined;
  try {
    const name = command ?? commandInput(env);
    const inputs = readInputs(env, name, command === undefined);
    deadline = new Deadline(clock, shell.cancelled, inputs.timeout ?? DEFAULT_TIMEOUT_MS);
    const step = prepareStep(name, inputs, deadline, shell);
    const result = await RUN[name](step);
    const machinesFile = writeMachinesFile(shell.scratch, `${name}-${shell.unique()}`, result);
    const elapsedMs = clock.now() - start;
    return report({ command: name, result, ends: endsOf(step), machinesFile, elapsedMs, inputs }, shell);
  } catch (thrown) {
    fail(command, thrown, shell);
    return false;
  } finally {
    deadline?.end();
  }
}

/** The one place where what was thrown becomes a red step; the outputs are there all the same, empty. */
function fail(command: string | undefined, thrown: unknown, { log, runner }: Shell): void {
  const error = asActionError(thrown);
  log.error(error.line, `fly ${command ?? 'machines'}: ${error.class}`);
  try {
    for (const [name, value] of Object.entries(emptyOutputs())) runner.setOutput(name, value);
  } catch (unwritable) {
    log.error(`The outputs could not be written: ${asActionError(unwritable).message}`);
  }
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
