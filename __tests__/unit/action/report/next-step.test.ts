import { NEXT, nextStep } from '../../../../src/action/report/next-step.js';
import { ActionError, ERROR_CLASSES, type ErrorClass } from '../../../../src/errors.js';
import { machineResult, resultOf } from '../../../support/results.js';

function failed(id: string, hint?: string, errorClass: ErrorClass = 'timeout') {
  return machineResult(id, 'failed', { error: new ActionError(errorClass, 'no', { hint }) });
}

const step = (errorClass: ErrorClass, hint?: string) => ({
  app: undefined,
  error: new ActionError(errorClass, 'no', { hint }),
});

describe('when a step has failed', () => {
  it('has one thing to do next: what most failures advise', () => {
    const machines = [failed('a', 'Move.'), failed('b', 'Wait.'), failed('c', 'Wait.')];
    expect(nextStep(resultOf(machines))).toBe('Wait.');
  });

  it('takes the first of those that are as frequent, that of the step before those of machines', () => {
    const machines = [failed('a', 'Move.'), failed('b', 'Wait.')];
    expect(nextStep(resultOf(machines))).toBe('Move.');
    expect(nextStep(resultOf(machines, { failures: [step('network', 'Mend.')] }))).toBe('Mend.');
  });

  it('takes a command that differs in the machine alone for the same, and gives one that can be run', () => {
    const look = (id: string) => failed(id, `\`fly machine status ${id}\` shows why.`);
    expect(nextStep(resultOf([failed('z', 'Wait.'), look('a1'), look('b2')]))).toBe(
      '`fly machine status a1` shows why.',
    );
  });

  it('passes over a machine that another one took the place of', () => {
    const error = new ActionError('timeout', 'no', { hint: 'Wait.' });
    expect(nextStep(resultOf([machineResult('a', 'failed', { error, replaced: true })]))).toBeUndefined();
  });

  it.each(ERROR_CLASSES)(
    'has something to do where an error of the class "%s" advises nothing',
    (errorClass) => {
      expect(nextStep(resultOf([], { failures: [step(errorClass)] }))).toBe(NEXT[errorClass]);
      expect(NEXT[errorClass]).toMatch(/^[A-Z`].{10,}\.$/);
    },
  );

  it('sends a reader of wrong inputs to where they are named, with the advice on a single one', () => {
    expect(nextStep(resultOf([], { failures: [step('input', 'Did you mean `a`?')] }))).toBe(
      'Fix what is named above. Did you mean `a`?',
    );
  });

  it('is one line of bearable length, whatever came back', () => {
    const text = nextStep(resultOf([failed('a', `x\r::error::##[error]${'y'.repeat(10_000)}`)])) ?? '';
    expect(text.length).toBeLessThan(700);
    expect(text).not.toMatch(/[\r\n]|##\[/);
  });

  it('has nothing to do where nothing failed', () => {
    expect(nextStep(resultOf([machineResult('a', 'changed')]))).toBeUndefined();
  });
});
