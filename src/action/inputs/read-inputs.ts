import { COMMAND_NAMES, type CommandName } from '../../command-table.js';
import { ActionError } from '../../errors.js';
import { type Environment, inputText } from '../runner/environment.js';
import { contradictions, contradictionsOfAny } from './contradictions.js';
import { inputsLost, lostInputs } from './lost-inputs.js';
import { missingSecretHint } from './missing-secret.js';
import { Problems } from './problems.js';
import { defaultOf, INPUT_NAMES, INPUTS, type InputName, type InputRow, type Inputs } from './table.js';
import { unknownInputs } from './unknown-inputs.js';
import { oneOf } from './values/parsers.js';

/**
 * Reads the command of the root action, which is an input there. Throws an `input` error for an unknown one; the error
 * also tells everything else that is wrong for any command.
 */
export function commandInput(env: Environment): CommandName {
  const text = inputText(env, 'command') || 'auth';
  try {
    return oneOf(...COMMAND_NAMES)(text);
  } catch (error) {
    const problems = new Problems();
    problems.add(inNameOf('command', error));
    readAll(env, undefined, problems);
    problems.throwIfAny();
    throw error;
  }
}

/**
 * Reads all inputs of a step. Throws one `input` error that tells everything that is wrong with them: lost on the way,
 * empty although they direct the work, not of the right form, not read by this command, misspelt.
 */
export function readInputs(env: Environment, command: CommandName, isRoot: boolean): Inputs {
  const problems = new Problems();
  const inputs = readAll(env, { command, isRoot }, problems);
  problems.throwIfAny();
  return inputs;
}

/** Command of a step; undefined if the root action was given one that doesn't exist. */
type Known = { readonly command: CommandName; readonly isRoot: boolean } | undefined;

/** Reads all inputs and adds what is wrong to `problems`; an input with a problem is undefined. */
function readAll(env: Environment, known: Known, problems: Problems): Inputs {
  const isRoot = known?.isRoot ?? true;
  const lost = lostInputs(env, isRoot ? undefined : known?.command);
  if (lost.length > 0) problems.add(inputsLost(lost));
  problems.add(...unknownInputs(env, isRoot).errors);
  // The value of a lost input is unknown, so no other can contradict it.
  const failed = new Set<InputName>(lost);
  const values = INPUT_NAMES.map((name) => {
    try {
      const value = known === undefined ? readByAny(env, name) : readInput(env, name, known.command, isRoot);
      return [name, value] as const;
    } catch (error) {
      failed.add(name);
      problems.add(inNameOf(name, error));
      return [name, undefined] as const;
    }
  });
  // Each name stands beside what its own row's parser returned; one that threw is only looked at as failed.
  const inputs = Object.fromEntries(values) as Inputs;
  problems.add(
    ...(known === undefined
      ? contradictionsOfAny(inputs, failed)
      : contradictions(known.command, inputs, failed)),
  );
  return inputs;
}

function readInput(env: Environment, name: InputName, command: CommandName, isRoot = false): unknown {
  const row: InputRow = INPUTS[name];
  const parse = row.differs?.[command]?.parse ?? row.parse;
  const given = inputText(env, name);
  // The root action declares the one default for all commands.
  const text = given === undefined || given === row.default ? defaultOf(name, command) : given;
  if (!row.reads.includes(command)) {
    if (text === '' || text === row.default) return row.parse(row.default);
    throw new ActionError(
      'input',
      `is not read by \`${command}\`, only by ${row.reads.map((it) => `\`${it}\``).join(', ')}`,
      { hint: isRoot ? 'Set `command` to one of those.' : undefined },
    );
  }
  if (text !== '') return parse(text);
  if (!row.strict) return parse(defaultOf(name, command));
  throw new ActionError('input', 'is given but empty', { hint: emptyHint(name, env) });
}

/** Reads an input as any command would. Throws the `input` error of the usual form if none takes it. */
function readByAny(env: Environment, name: InputName): unknown {
  const readers: readonly CommandName[] = INPUTS[name].reads;
  const ofItsOwn = readers.filter((it) => (INPUTS[name] as InputRow).differs?.[it] !== undefined);
  for (const command of ofItsOwn) {
    try {
      return readInput(env, name, command);
    } catch {
      // Another command may take it.
    }
  }
  const [usual] = readers.filter((it) => !ofItsOwn.includes(it));
  return usual === undefined ? undefined : readInput(env, name, usual);
}

function emptyHint(name: InputName, env: Environment): string {
  if (name !== 'token') {
    return `Is the variable or dispatch input behind \`${name}\` misspelt or unset? Leave the input out, or set it to \`${INPUTS[name].default}\`, for its default.`;
  }
  return `Is the secret's name right, and the secret set for this repository or environment?${missingSecretHint(env)}`;
}

function inNameOf(name: string, error: unknown): ActionError {
  if (!(error instanceof ActionError)) throw error;
  const message = `\`${name}\` ${error.message}.`.replace(/([.?])\.$/, '$1');
  return error.with({ class: 'input', message });
}
