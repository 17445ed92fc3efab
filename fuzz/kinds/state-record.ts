import { StateRecord } from '../../src/action/owed/state-record.js';
import { readHead, readHolds, readMachines } from '../../src/action/post/read-record.js';
import { STATE } from '../../src/action/runner/environment.js';
import { ActionError } from '../../src/errors.js';
import { expect } from '../expect.js';
import { mutateJson, mutateText } from '../mutate.js';
import type { Kind } from './kind.js';

const state = writtenState();

/** Kind: state that a step left for its post, in variables that any process in between may have changed. */
export const stateRecordKind: Kind = {
  name: 'state',
  share: 30,
  run(dice) {
    const env = Object.fromEntries(
      Object.entries(state).map(([key, text]) => {
        const json = () => JSON.stringify(mutateJson(dice, JSON.parse(text)));
        return [key, dice.chance(0.4) ? mutateText(dice, text) : dice.chance(0.7) ? json() : text];
      }),
    );
    try {
      const head = readHead(env);
      if (head === undefined) return;
      for (const machine of readMachines(env, head))
        for (const text of [machine.app, machine.id, machine.version, machine.from])
          expect(typeof text === 'string', () => 'a machine has a field that is no text');
      for (const { app, id, held, before = 0 } of readHolds(env)) {
        for (const text of [app, id, held])
          expect(typeof text === 'string', () => 'a hold has a field that is no text');
        expect(Number.isFinite(before), () => 'a hold replaced one without an end');
      }
    } catch (thrown) {
      // Such a state is a fault of ours, or of the process that changed it: nothing that a person can fix.
      const isOurs = thrown instanceof ActionError && /is not readable$/.test(thrown.message);
      expect(isOurs, () => `the error has no class: ${thrown instanceof Error ? thrown.stack : thrown}`);
    }
  },
};

function writtenState(): Readonly<Record<string, string>> {
  const saved: Record<string, string> = {};
  const record = new StateRecord({
    saveState: (key, value) => void Object.assign(saved, { [`STATE_${key}`]: value }),
  });
  const machines = ['m1', 'm2', 'm3'].map((id) => ({
    app: 'my-app',
    id,
    version: `01V${id}`,
    from: 'started',
  }));
  record.open({ command: 'stop', fallback: 'none', own: 'fly-machines-restore-x.json' }, machines);
  for (const machine of machines) record.keep(machine);
  record.close(machines.slice(0, 2).map((machine) => ({ ...machine, left: 'stopped' })));
  const [held, before] = ['2025-01-15T12:00:00Z', Date.UTC(2025, 0, 15, 11)];
  record.hold({ app: 'my-app', id: 'm1', held });
  record.hold({ app: 'my-app', id: 'm2', held, before });
  expect(saved[`STATE_${STATE.restore}`] !== undefined, () => 'no state was written');
  return saved;
}
