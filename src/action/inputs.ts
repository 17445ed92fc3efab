import { ActionError } from '../errors.js';
import { COMMAND_NAMES, type CommandName } from './commands.js';
import { contradictions } from './contradictions.js';
import {
  defaultOf,
  INPUT_NAMES,
  INPUTS,
  type InputName,
  type InputRow,
  type Inputs,
  inputsOf,
} from './input-table.js';
import { nearMiss } from './near-miss.js';
import { oneOf } from './parsers.js';
import { Problems } from './problems.js';

/** The environment of the process, as the runner set it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'INPUT_';

/** The text of an input as the runner passes it, trimmed; undefined when it isn't passed at all. */
export function inputText(env: Environment, name: string): string | undefined {
  return env[`${PREFIX}${name.replaceAll(' ', '_').toUpperCase()}`]?.trim();
}

/** The command of the root action, which takes it as an input. Throws an `input` error for an unknown one. */
export function commandInput(env: Environment): CommandName {
  const text = inputText(env, 'command') || 'auth';
  try {
    return oneOf(...COMMAND_NAMES)(text);
  } catch (error) {
    throw named('command', error);
  }
}

/**
 * Reads all inputs of a step and throws one `input` error that tells everything that is wrong with them: empty
 * where a value directs the work, not of the right form, not read by this command, unknown. The runner only
 * warns of unknown inputs, and a misspelt `exclude` must not stop production.
 */
export function readInputs(env: Environment, command: CommandName, isRoot: boolean): Inputs {
  const problems = new Problems();
  problems.add(...unknownInputs(env, isRoot));
  const read = new Set<InputName>(inputsOf(command));
  const failed = new Set<InputName>();
  const values = INPUT_NAMES.map((name) => {
    try {
      return [name, readInput(env, name, command, read.has(name))] as const;
    } catch (error) {
      failed.add(name);
      problems.add(named(name, error));
      return [name, undefined] as const;
    }
  });
  // Each name stands beside what its own row's parser returned; one that threw is only looked at as failed.
  const inputs = Object.fromEntries(values) as Inputs;
  problems.add(...contradictions(command, inputs, failed));
  problems.throwIfAny();
  return inputs;
}

function readInput(env: Environment, name: InputName, command: CommandName, isRead: boolean): unknown {
  const row: InputRow = INPUTS[name];
  const parse = row.differs?.[command]?.parse ?? row.parse;
  const given = inputText(env, name);
  // The root action declares the one default for all commands.
  const text = given === undefined || given === row.default ? defaultOf(name, command) : given;
  if (!isRead) {
    if (text === '' || text === row.default) return row.parse(row.default);
    const readers: readonly CommandName[] = row.reads;
    throw new ActionError(
      'input',
      `is not read by \`${command}\`, only by ${readers.map((it) => `\`${it}\``).join(', ')}`,
    );
  }
  if (text !== '') return parse(text);
  if (!row.strict) return parse(defaultOf(name, command));
  throw new ActionError('input', 'is given but empty', { hint: emptyHint(name, env) });
}

function emptyHint(name: InputName, env: Environment): string {
  if (name !== 'token') {
    return `Is the variable or dispatch input behind \`${name}\` misspelt or unset? Leave the input out, or give \`${INPUTS[name].default}\`, for its default.`;
  }
  return `Is the secret's name right, and the secret set for this repository or environment?${forkHint(env)}`;
}

/** Why there may be no secret at all. */
export function forkHint(env: Environment): string {
  return /^pull_request(_review(_comment)?)?$/.test(env['GITHUB_EVENT_NAME'] ?? '')
    ? ' GitHub gives no secrets to pull requests from forks and from Dependabot.'
    : '';
}

function unknownInputs(env: Environment, isRoot: boolean): ActionError[] {
  const known = new Set(
    [...INPUT_NAMES, ...(isRoot ? ['command'] : [])].map((name) => PREFIX + name.toUpperCase()),
  );
  return Object.keys(env)
    .filter((key) => key.startsWith(PREFIX) && !known.has(key))
    .sort()
    .map((key) => {
      const name = key.slice(PREFIX.length).toLowerCase();
      const hint = nearMiss(name, INPUT_NAMES) ?? 'See the README for the inputs of each command.';
      return new ActionError('input', `There is no input \`${name}\`.`, { hint });
    });
}

function named(name: string, error: unknown): ActionError {
  if (!(error instanceof ActionError)) throw error;
  return new ActionError('input', `\`${name}\` ${error.message}.`.replace(/\.\.$/, '.'), {
    hint: error.hint,
  });
}
