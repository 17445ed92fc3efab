import { lastLine } from '../../../../../simulate/checks/truth/last-line.js';
import type { Told } from '../../../../../simulate/checks/view/told.js';
import type { Printed } from '../../../../../simulate/history/history.js';
import type { ActionStep } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madeRun, madeScript, START } from '../../../../support/simulate/made-history.js';
import { outputsOf, toldMachine } from '../../../../support/simulate/made-outputs.js';

const line = (text: string, level: Printed['level'] = 'info'): Printed => ({ at: START, level, text });

const of = (
  printed: readonly Printed[],
  machines: readonly Told[],
  step: Partial<ActionStep> = {},
  succeeded = true,
) =>
  foundBy(
    lastLine,
    madeScript(),
    madeHistory({ runs: [madeRun(step, { printed, succeeded, outputs: outputsOf(machines) })] }),
  ).found;

const MACHINES = [
  toldMachine('a', 'changed'),
  toldMachine('b', 'changed'),
  toldMachine('c', 'unchanged'),
  toldMachine('d', 'skipped'),
];

describe('when the last line is read', () => {
  it.each([
    'stopped 2, already stopped 1, skipped 1, failed 0 of 4 in my-app, 12 s',
    'stopped 1, stopped instead 1, already stopped 1, skipped 1, failed 0 of 4 in my-app, 12 s',
  ])('agrees with the outcomes: %s', (text) => {
    expect(of([line(text)], MACHINES)).toEqual([]);
  });

  it.each([
    'stopped 1, already stopped 1, skipped 1, failed 0 of 4 in my-app, 12 s',
    'stopped 2, already stopped 2, skipped 1, failed 0 of 4 in my-app, 12 s',
    'stopped 2, already stopped 1, failed 0 of 4 in my-app, 12 s',
    'stopped 2, already stopped 1, skipped 1, failed 1 of 4 in my-app, 12 s',
    'stopped 2, already stopped 1, skipped 1, failed 0 of 5 in my-app, 12 s',
    'stopped 2, requested 1, already stopped 1, skipped 1, failed 0 of 4 in my-app, 12 s',
  ])('is found where it does not: %s', (text) => {
    expect(of([line(text)], MACHINES)).toHaveLength(1);
  });

  it('knows what a dry run would do', () => {
    const dry = [toldMachine('a', 'skipped', { reason: 'dry run: would stop' }), toldMachine('b', 'skipped')];
    const step = { inputs: { 'dry-run': 'true' } };
    expect(
      of([line('dry run: would stop 1, already stopped 0, skipped 1, failed 0 of 2 in my-app')], dry, step),
    ).toEqual([]);
    expect(
      of([line('dry run: would stop 2, already stopped 0, failed 0 of 2 in my-app')], dry, step),
    ).toHaveLength(2);
  });

  it('leaves lines of other forms alone', () => {
    expect(of([line('listed 3 in my-app')], MACHINES, { command: 'list' })).toEqual([]);
  });
});

it('red has an error, green has none', () => {
  const [no, error] = [line('no'), line('timeout: no', 'error')];
  expect(of([no], [], {}, false)).toEqual(['is red without an error']);
  expect(of([error], [], {}, false)).toEqual([]);
  expect(of([error], [])).toHaveLength(1);
});
