import { narrows, nothingChosen } from '../commands/selection.js';
import { ActionError, asActionError } from '../errors.js';
import { TRANSITIONS } from '../machines/transitions.js';
import type { CommandName } from './commands.js';
import type { InputName, Inputs } from './input-table.js';
import { readBundle } from './read-bundle.js';
import { selectorOf } from './selector-of.js';

/** The inputs by which machines are chosen. */
const CHOOSING: readonly InputName[] = ['machines', 'region', 'process-group', 'state', 'metadata'];

/**
 * What is wrong with inputs that are each of the right form: a token that is none of Fly's, two that exclude each
 * other, none that says what to change. What can't be told because of an input that `failed` is left unsaid.
 */
export function contradictions(
  command: CommandName,
  inputs: Inputs,
  failed: ReadonlySet<InputName>,
): ActionError[] {
  const fine = (...names: readonly InputName[]) => !names.some((name) => failed.has(name));
  return [
    ...(fine('token') ? tokenProblems(inputs) : []),
    ...(fine('machines', 'exclude') ? selectionProblems(inputs) : []),
    ...(fine('wait', 'timeout', 'kill-timeout') ? timeProblems(inputs) : []),
    ...(fine(...CHOOSING) ? openProblems(command, inputs) : []),
  ];
}

function tokenProblems({ token }: Inputs): ActionError[] {
  try {
    if (token !== undefined) readBundle(token, 'the input `token`');
    return [];
  } catch (error) {
    return [asActionError(error)];
  }
}

function selectionProblems({ machines, exclude }: Inputs): ActionError[] {
  if (typeof machines === 'string') return [];
  const both = machines.filter((it) => exclude?.includes(it)).slice(0, 5);
  return [
    ...(both.length > 0 ? [problem(`\`machines\` and \`exclude\` both name ${both.join(', ')}.`)] : []),
    ...(machines.includes('all')
      ? [problem('`machines` names `all` beside others; give `all` alone, or the others alone.')]
      : []),
  ];
}

function timeProblems({ wait, timeout, 'kill-timeout': killTimeout }: Inputs): ActionError[] {
  if (!wait || timeout === undefined || killTimeout === undefined || killTimeout <= timeout) return [];
  return [problem('`kill-timeout` is longer than `timeout`: the step would end before the machine does.')];
}

function openProblems(command: CommandName, inputs: Inputs): ActionError[] {
  const changes = Object.hasOwn(TRANSITIONS, command);
  return changes && !narrows(selectorOf(inputs)) ? [problem(nothingChosen(command))] : [];
}

function problem(what: string): ActionError {
  return new ActionError('input', what);
}
