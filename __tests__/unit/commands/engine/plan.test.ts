import { intentOf } from '../../../../src/commands/change.js';
import { type PlanOptions, plan } from '../../../../src/commands/engine/plan.js';
import type { AppMachine } from '../../../../src/commands/result/app-machine.js';
import type { Selected } from '../../../../src/commands/selection/selection.js';
import { ActionError } from '../../../../src/errors.js';
import { TRANSITIONS, type TransitionName } from '../../../../src/machines/transitions.js';
import { appMachine } from '../../../support/machines.js';

const OPTIONS = { wishes: {}, wait: true, onLease: 'wait', lease: undefined } as const;
const NOW = Date.UTC(2025, 0, 15, 12);
const NO_LIMIT: PlanOptions = { limit: undefined, dryRun: false };

/** Ids with their kind, and the reason where one is skipped. */
function planned(
  name: TransitionName,
  machines: readonly (AppMachine | Selected)[],
  options: Partial<PlanOptions> = {},
): string[] {
  const selected = machines.map((it) =>
    'machine' in it ? it : { machine: it, named: false, excluded: undefined },
  );
  return plan(
    selected,
    intentOf(TRANSITIONS[name], OPTIONS, () => NOW),
    { ...NO_LIMIT, ...options },
  ).map((step) => `${step.machine.id} ${step.kind} ${step.kind === 'skip' ? step.reason : ''}`.trim());
}

const inStates = (...states: readonly string[]) => states.map((state) => appMachine(state, { state }));

describe('when steps are planned', () => {
  it('by state: there, on its way, or to be changed', () => {
    expect(planned('start', inStates('started', 'starting', 'restarting', 'stopped', 'hibernating'))).toEqual(
      ['started unchanged', 'starting await', 'restarting await', 'stopped change', 'hibernating change'],
    );
    expect(planned('stop', inStates('stopped', 'stopping', 'started', 'suspended', 'failed'))).toEqual([
      'stopped unchanged',
      'stopping await',
      'started change',
      'suspended change',
      'failed change',
    ]);
  });

  it('by its age where it is created: on its way, or left as it is by nobody', () => {
    const created = (id: string, ago: number) => appMachine(id, { state: 'created', newestEvent: NOW - ago });
    const machines = [created('young', 299_999), created('old', 300_000), created('odd', NOW)];
    expect(planned('stop', machines)).toEqual(['young change', 'old unchanged', 'odd change']);
    expect(planned('suspend', [created('old', 300_000)])).toEqual(['old unchanged']);
    expect(planned('start', machines)).toEqual(['young change', 'old change', 'odd change']);
    expect(planned('restart', [created('old', 300_000)])).toEqual([
      'old skip created: there is nothing to restart',
    ]);
    // Where it has no events, the second of the newest is told all the same.
    const told = appMachine('told', { state: 'created', updatedAt: NOW - 300_000 });
    expect(planned('stop', [told])).toEqual(['told unchanged']);
  });

  it('with those as failed for which something has failed already, whatever the limit, unless they are left alone', () => {
    const machines = ['a', 'b', 'c', 'd'].map((id) => appMachine(id));
    const error = new ActionError('forbidden', 'no');
    const failed = new Map(machines.slice(1, 3).map((it) => [it, error]));
    const leftAlone = new Map(machines.slice(2, 3).map((it) => [it, 'busy']));
    const steps = ['a change', 'b fail', 'c skip busy', 'd skip limit of 1 reached'];
    expect(planned('stop', machines, { failed, leftAlone, limit: 1 })).toEqual(steps);
  });

  it('guards machines that nobody named by id, whatever their state', () => {
    const guarded = [
      appMachine('release', { processGroup: 'fly_app_release_command', state: 'stopped' }),
      appMachine('console', { processGroup: 'fly_app_console' }),
      appMachine('standby', { isStandby: true, state: 'stopped' }),
      appMachine('fleeting', { autoDestroy: true }),
    ];
    expect(planned('stop', guarded)).toEqual([
      'release skip a release command machine',
      'console skip a console machine',
      'standby skip a standby of other machines',
      'fleeting skip destroyed for good when it stops',
    ]);
    const named = guarded.map((machine) => ({ machine, named: true, excluded: undefined }));
    expect(planned('stop', named)).toEqual([
      'release unchanged',
      'console change',
      'standby unchanged',
      'fleeting change',
    ]);
  });

  it('leaves out what is excluded, even if it is named', () => {
    const machine = appMachine('a');
    expect(planned('stop', [{ machine, named: true, excluded: 'excluded by a' }])).toEqual([
      'a skip excluded by a',
    ]);
  });

  it('counts only changes against the limit, in the order given', () => {
    const machines = [
      appMachine('a', { state: 'stopped' }),
      appMachine('b'),
      appMachine('c', { isStandby: true }),
      appMachine('d', { state: 'stopping' }),
      appMachine('e'),
      appMachine('f'),
      appMachine('g', { state: 'stopped' }),
    ];
    expect(planned('stop', machines, { limit: 2 })).toEqual([
      'a unchanged',
      'b change',
      'c skip a standby of other machines',
      'd await',
      'e change',
      'f skip limit of 2 reached',
      'g unchanged',
    ]);
  });

  it('plans the same in a dry run, up to the first change', () => {
    const machines = [
      appMachine('a'),
      appMachine('b', { state: 'stopped' }),
      appMachine('c', { isStandby: true }),
      appMachine('d'),
      appMachine('e'),
    ];
    const options = { limit: 2 };
    const real = planned('stop', machines, options);
    expect(planned('stop', machines, { ...options, dryRun: true })).toEqual(
      real.map((line) => line.replace(/ change$/, ' skip dry run: would stop')),
    );
  });
});
