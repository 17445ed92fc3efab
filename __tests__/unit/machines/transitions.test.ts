import { type Machine, MachineJson } from '../../../src/machines/machine/machine.js';
import { TRANSITIONS } from '../../../src/machines/transitions.js';

function machine(config: object): Machine {
  return MachineJson.parse({ id: 'a', state: 'started', config }, { mode: 'strip' });
}

describe('when a machine is better left alone', () => {
  it.each([
    [{ metadata: { fly_process_group: 'fly_app_release_command' } }, 'a release command machine'],
    [{ metadata: { fly_process_group: 'fly_app_test_machine_command' } }, 'a test command machine'],
    [{ metadata: { process_group: 'fly_app_console' } }, 'a console machine'],
    [{ standbys: ['b'] }, 'a standby of other machines'],
  ])('%j is neither started nor stopped', (config, reason) => {
    expect(TRANSITIONS.start.guard(machine(config))).toBe(reason);
    expect(TRANSITIONS.stop.guard(machine(config))).toBe(reason);
  });

  it('one that is destroyed when it stops is started, not stopped', () => {
    expect(TRANSITIONS.start.guard(machine({ auto_destroy: true }))).toBeUndefined();
    expect(TRANSITIONS.stop.guard(machine({ auto_destroy: true }))).toBe('destroyed for good when it stops');
  });

  it.each([{}, { metadata: { fly_process_group: 'app' } }, { standbys: [], auto_destroy: false }])(
    'nothing speaks against %j',
    (config) => {
      expect(TRANSITIONS.start.guard(machine(config))).toBeUndefined();
      expect(TRANSITIONS.stop.guard(machine(config))).toBeUndefined();
    },
  );
});
