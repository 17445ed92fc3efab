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
import { type Report, report } from './report.js';
import { type Environment, inputText } from './runner/environment.js';
import { transportOf } from './runner/host.js';
import { titledLog } from './runner/log.js';
import { inContext } from './step/in-context.js';
import { preflight } from './step/preflight.js';
import { prepareStep } from './step/prepare-step.js';
import { checkPromises } from './step/promises.js';
import type { Shell, Step } from './step/step.js';

const DEFAULT_TIMEOUT_MS = 300_000;

/** Inputs of a step whose own have not been read: its failure is told in full. */
const UNREAD: Report['inputs'] = { 'on-failure': 'fail', summary: 'auto', 'dry-run': false };

/** Facts for a step's report, filled in as the step goes on. */
interface Course {
  name: CommandName | undefined;
  /** Shell whose log titles annotations by the command, once that is known. */
  shell: Shell;
  inputs: Report['inputs'];
  step: Step | undefined;
}

/** Runs one step end to end and returns whether it succeeded. Without `command` (the root action) the input `command` names it. Never throws. */
export async function run(command: CommandName | undefined, given: Shell): Promise<boolean> {
  const { env, log, clock, temp } = given;
  const isScheduled = env['GITHUB_EVENT_NAME'] === 'schedule';
  for (const secret of [...secretsIn(env), ...new Job(env).secrets]) log.mask(secret);
  const start = clock.now();
  const files = given.files ?? (temp === undefined ? undefined : filesIn(temp));
  const transport = transportOf(given);
  const course: Course = {
    name: command,
    shell: { ...given, files, transport },
    inputs: UNREAD,
    step: undefined,
  };
  const result = await carriedOut(course);

  const { name, shell, inputs, step } = course;
  const filed = fileMachines(name ?? 'none', result, given);
  const title = name ?? 'machines';
  const whole = { ...result, failures: [...result.failures, ...filed.failures] };
  const told = { command: title, result: whole, machinesFile: filed.path, inputs, isScheduled };
  try {
    const ends = step === undefined ? NO_ENDS : endsOf(step);
    return report({ ...told, ends, elapsedMs: clock.now() - start }, shell);
  } catch (thrown) {
    const failure = failureText(title, whole);
    if (failure !== undefined) log.error(failure.text, failure.title);
    shell.log.error(unwritable(thrown).line);
    return false;
  }
}

/** Carries out a step and turns what it throws into a result. */
async function carriedOut(course: Course): Promise<CommandResult> {
  try {
    const result = await carryOut(course);
    return inContext(result, course.step?.access);
  } catch (thrown) {
    const { name = 'the step', step } = course;
    const apps = step?.access.scope.apps ?? [];
    return inContext(failedStep(name, apps, asActionError(thrown)), step?.access);
  }
}

async function carryOut(course: Course): Promise<CommandResult> {
  const { env, log, clock, cancelled } = course.shell;
  const isRoot = course.name === undefined;
  const name = course.name ?? commandInput(env);
  const shell = { ...course.shell, log: titledLog(log, `fly ${name}`) };
  course.name = name;
  course.shell = shell;

  const foreign = foreignWarning(unknownInputs(env, isRoot));
  if (foreign !== undefined) shell.log.warning(foreign);
  const inputs = readInputs(env, name, isRoot);
  course.inputs = inputs;

  const deadline = new Deadline(clock, cancelled, inputs.timeout ?? DEFAULT_TIMEOUT_MS);
  try {
    checkPromises(name, inputs, shell);
    const step = prepareStep(name, inputs, deadline, shell);
    course.step = step;
    preflight(name, step);
    return await RUN[name](step);
  } finally {
    deadline.end();
  }
}

/** Writes the machines to their file, `[]` for a step that knows of none; where that fails, the rest is told all the same. */
function fileMachines(
  name: string,
  result: CommandResult,
  { files, scratch, unique }: Shell,
): { readonly path: string; readonly failures: readonly Failure[] } {
  try {
    return {
      path: writeMachinesFile(files ?? filesIn(scratch), `${name}-${unique()}`, result),
      failures: [],
    };
  } catch (thrown) {
    return { path: '', failures: [{ app: undefined, error: unwritable(thrown) }] };
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
