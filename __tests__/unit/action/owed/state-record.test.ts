import { StateRecord } from '../../../../src/action/owed/state-record.js';
import { readHead, readHolds, readMachines } from '../../../../src/action/post/read-record.js';
import type { ChangedMachine } from '../../../../src/commands/engine/restore-record.js';
import type { Hold } from '../../../../src/commands/keep-alive/hold.js';

const HEAD = { command: 'start', fallback: 'none', own: 'fly-machines-restore-x.json' } as const;
const WINDOWS_LIMIT = 32_767;

/** A state file as the runner reads it: of one name, the last value. */
function stateOf(): {
  env: Record<string, string>;
  writes: string[];
  saveState: (name: string, value: string) => void;
} {
  const env: Record<string, string> = {};
  const writes: string[] = [];
  return {
    env,
    writes,
    saveState(name, value) {
      env[`STATE_${name}`] = value;
      writes.push(name);
    },
  };
}

function machines(
  number: number,
  changes: (index: number) => Partial<ChangedMachine> = () => ({}),
): ChangedMachine[] {
  return Array.from({ length: number }, (_, index) => ({
    app: 'my-app',
    id: `d891${String(index).padStart(10, '0')}`,
    version: '01JHMZ3W7Y8N5Q2R4T6V8X0Z1A',
    from: 'stopped',
    ...changes(index),
  }));
}

function keepAll(record: StateRecord, them: readonly ChangedMachine[]): void {
  for (const machine of them) record.keep(machine);
}

function read(env: Record<string, string>): ChangedMachine[] | undefined {
  const head = readHead(env);
  return head && readMachines(env, head);
}

const HELD = '2025-01-15T13:00:00.417Z';
const left = (them: readonly ChangedMachine[]) => them.map((it) => ({ ...it, left: 'started' }));
const holdsOf = (them: readonly ChangedMachine[]): Hold[] =>
  them.map(({ app, id }) => ({ app, id, held: HELD, before: Date.UTC(2025, 0, 15) + 25 }));

describe('when a record is kept in state', () => {
  it('comes back as it was', () => {
    const state = stateOf();
    const them = machines(3, (index) => ({ app: index === 1 ? 'other' : 'my-app' }));
    const record = new StateRecord(state);
    record.open(HEAD, them);
    expect(readHead(state.env)).toEqual({ ...HEAD, parts: 1 });
    for (const machine of them) record.keep(machine);
    expect(read(state.env)).toEqual(them);
    const [first, second, third] = them as [ChangedMachine, ChangedMachine, ChangedMachine]; // As many as were made.
    record.drop(second);
    expect(read(state.env)).toEqual([first, third]);
    const known = { ...first, left: 'started' };
    record.close([known, third]);
    expect(read(state.env)).toEqual([known, third]);
  });

  it('comes back with what bore keep-alive before, whether it is known how it was left or not', () => {
    const state = stateOf();
    const [first, second] = machines(2, () => ({ keptAlive: true })) as [ChangedMachine, ChangedMachine];
    const record = new StateRecord(state);
    record.open(HEAD, [first, second]);
    keepAll(record, [first, second]);
    expect(read(state.env)).toEqual([first, second]);
    record.close([{ ...first, left: 'started' }, second]);
    expect(read(state.env)).toEqual([{ ...first, left: 'started' }, second]);
  });

  it.each([5_000, 10_000])(
    'holds %i machines, each value small enough for Windows, all together for macOS',
    (number) => {
      const state = stateOf();
      // The worst that is likely: no two neighbours of the same app.
      const them = machines(number, (index) => (number > 5_000 ? {} : { app: `staging-app-${index}` }));
      const record = new StateRecord(state);
      record.open(HEAD, them);
      keepAll(record, them);
      expect(read(state.env)).toEqual(them);
      record.close(left(them));
      expect(read(state.env)).toEqual(left(them));
      const sizes = Object.entries(state.env).map(([name, value]) => name.length + value.length + 2);
      expect(Math.max(...sizes)).toBeLessThan(WINDOWS_LIMIT);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000);
    },
  );

  it('refuses more than can be held, with nothing written', () => {
    const state = stateOf();
    expect(() => new StateRecord(state).open(HEAD, machines(20_000))).toThrow(
      /can't remember 20000 machines/,
    );
    expect(state.writes).toEqual([]);
  });

  it('grows, and stays as it was where it can’t', () => {
    const state = stateOf();
    const record = new StateRecord(state);
    const them = machines(400);
    record.open(HEAD, them.slice(0, 100));
    record.open(HEAD, them);
    keepAll(record, them);
    expect(read(state.env)).toEqual(them);
    const writes = state.writes.length;
    expect(() => record.open(HEAD, machines(20_000))).toThrow(/can't remember/);
    expect(state.writes).toHaveLength(writes);
    record.close(left(them));
    expect(state.writes.slice(writes)).toHaveLength(them.length / 16);
    expect(read(state.env)).toEqual(left(them));
  });

  it('refuses a machine that no value holds', () => {
    expect(() =>
      new StateRecord(stateOf()).open(
        HEAD,
        machines(1, () => ({ id: 'x'.repeat(40_000) })),
      ),
    ).toThrow(/can't remember/);
  });

  it('has what went out and nothing else, wherever it is cut short', () => {
    const them = machines(40);
    const whole = stateOf();
    const all = new StateRecord(whole);
    all.open(HEAD, them);
    keepAll(all, them);
    all.close(left(them));
    for (let cut = 1; cut <= whole.writes.length; cut += 1) {
      const state = stateOf();
      let writes = 0;
      const record = new StateRecord({
        saveState: (name, value) => {
          writes += 1;
          if (writes <= cut) state.saveState(name, value);
        },
      });
      record.open(HEAD, them);
      keepAll(record, them);
      record.close(left(them));
      const found = cut <= 3 ? [] : (read(state.env) ?? []);
      expect(readHead(state.env) !== undefined).toBe(cut > 3);
      expect(found.map(({ id }) => id)).toEqual(them.slice(0, Math.max(0, cut - 4)).map(({ id }) => id));
      expect(found.every((it) => it.left === undefined || it.left === 'started')).toBe(true);
    }
  });

  it('names the parts last, so that a post never finds less than was written', () => {
    const state = stateOf();
    new StateRecord(state).open(HEAD, machines(50));
    expect(state.writes).toEqual(['restore-1', 'restore-2', 'restore-3', 'restore-4', 'restore']);
  });

  it('takes no machine that it was not opened for', () => {
    const record = new StateRecord(stateOf());
    record.open(HEAD, machines(1));
    expect(() => record.keep({ ...(machines(1)[0] as ChangedMachine), id: 'other' })).toThrow(
      /was not planned for/,
    );
  });

  it('leaves a post nothing to do where nothing was changed', () => {
    const state = stateOf();
    const record = new StateRecord(state);
    record.open(HEAD, machines(2));
    record.close([]);
    expect(readHead(state.env)).toBeUndefined();
    expect(state.env['STATE_restore']).toBe('');
  });

  it('holds any text', () => {
    const state = stateOf();
    const them = machines(2, (index) => ({
      app: '__proto__',
      id: `${index}"\\\n\r::error::\u0000\u2028|`,
      from: 'a new state',
    }));
    const record = new StateRecord(state);
    record.open(HEAD, them);
    keepAll(record, them);
    expect(read(state.env)).toEqual(them);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be in a variable.
    expect(Object.values(state.env).join('')).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('when machines are held', () => {
  it('has each hold in state as soon as it is told, and they stay', () => {
    const state = stateOf();
    const record = new StateRecord(state);
    const them = machines(3);
    const holds = holdsOf(them);
    record.open(HEAD, them);
    expect(readHolds(state.env)).toEqual([]);
    for (const [index, held] of holds.entries()) {
      record.hold(held);
      expect(readHolds(state.env)).toEqual(holds.slice(0, index + 1));
    }
    record.close([]);
    expect([readHead(state.env)?.parts, read(state.env), readHolds(state.env)]).toEqual([1, [], holds]);
  });

  it('needs no machines for that', () => {
    const state = stateOf();
    const record = new StateRecord(state);
    record.open(HEAD, []);
    const held = { app: 'my-app', id: 'm1', held: HELD };
    record.hold(held);
    expect([readHead(state.env)?.parts, read(state.env), readHolds(state.env)]).toEqual([0, [], [held]]);
  });

  it('keeps 5000, small enough for Windows and macOS, and writes little for each', () => {
    const state = stateOf();
    let written = 0;
    const record = new StateRecord({
      saveState: (name, value) => {
        written = Math.max(written, name.startsWith('restore-held-') ? value.length : 0);
        state.saveState(name, value);
      },
    });
    const them = machines(5_000);
    record.open(HEAD, them);
    for (const held of holdsOf(them)) record.hold(held);
    record.close(left(them));
    expect(readHolds(state.env)).toEqual(holdsOf(them));
    expect(written).toBeLessThan(1_100);
    const sizes = Object.entries(state.env).map(([name, value]) => name.length + value.length + 2);
    expect(Math.max(...sizes)).toBeLessThan(WINDOWS_LIMIT);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000);
  });

  it('refuses what state can’t take, with nothing written, before and after', () => {
    const state = stateOf();
    const record = new StateRecord(state);
    record.open(HEAD, machines(10));
    keepAll(record, machines(10));
    const [held] = holdsOf(machines(1)) as [Hold]; // As many as were made.
    expect(() => record.hold({ ...held, id: 'x'.repeat(2_000) })).toThrow(/can't remember so many holds/);
    expect(record.hasHolds).toBe(false);
    const fill = () => {
      for (let index = 0; index < 20_000; index += 1) record.hold(held);
    };
    expect(fill).toThrow(/can't remember so many holds/);
    expect(() => record.open(HEAD, machines(100))).toThrow(/can't remember 100 machines/);
    expect(readHolds(state.env).length).toBeGreaterThan(5_000);
    expect(read(state.env)).toEqual(machines(10));
  });

  it('holds any text', () => {
    const state = stateOf();
    const record = new StateRecord(state);
    const held = { app: '__proto__', id: '"\\\n\r::error::\u0000\u2028|', held: HELD };
    record.open(HEAD, []);
    record.hold(held);
    expect(readHolds(state.env)).toEqual([held]);
  });
});

describe('when a post step finds something else', () => {
  it.each([undefined, ''])('has nothing to do: %j', (text) => {
    expect(readHead({ STATE_restore: text })).toBeUndefined();
  });

  it.each([
    'x',
    '3',
    'null',
    '[]',
    '{"command":"destroy","parts":1}',
    '{"command":"restart","parts":1}',
    '{"command":"toString","parts":1}',
    '{"command":"start"}',
  ])('does not read a head in %j', (text) => {
    expect(() => readHead({ STATE_restore: text })).toThrow(/not readable/);
  });

  it.each([
    undefined,
    'x',
    '{}',
    '[["my-app"]]',
    '[["my-app","stopped",[["m1"]]]]',
    '[["my-app","stopped",[[1,2]]]]',
    '[["my-app","stopped",[["m1","01V",null]]]]',
  ])('does not read machines in %j', (text) => {
    expect(() => readMachines({ 'STATE_restore-1': text }, { parts: 1 })).toThrow(/not readable/);
  });

  it.each([
    'x',
    '{}',
    '[1]',
    '[["my-app"]]',
    '[["my-app","m1","soon"]]',
    '[["my-app","m1",1e300]]',
    '[["my-app","m1",1,"x"]]',
  ])('does not read holds in %j', (text) => {
    expect(() => readHolds({ 'STATE_restore-held-1': text })).toThrow(/not readable/);
  });
});

describe('when there is more to know of a machine than its state', () => {
  it.each<Partial<ChangedMachine>>([
    { keptAlive: true },
    { endsWithStop: true },
    { keptAlive: true, endsWithStop: true },
    { endsWithStop: true, left: 'destroyed' },
  ])('comes back with it: %j', (more) => {
    const state = stateOf();
    const them = machines(2, (index) => (index === 1 ? more : {}));
    const record = new StateRecord(state);
    record.open(HEAD, them);
    keepAll(record, them);
    expect(read(state.env)).toEqual(them);
  });
});
