import type { FaultRule } from '../../../../emulator/faults.js';
import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { selector } from '../../../support/machines.js';
import {
  countOf,
  counts,
  many,
  only,
  outcomes,
  rigWithToken,
  runLabel,
} from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: [{ id: 'm000', state: 'started', ...spec }], ...options });
}

/** Metadata of a machine but for Fly's own. */
const metadataOf = (rig: MachinesRig, id = 'm000') =>
  Object.fromEntries(
    Object.entries(rig.fly.machine(APP, id).config.metadata ?? {}).filter(([key]) => !key.startsWith('fly_')),
  );

/** Runs something once, right before the first request that fits. */
function beforeFirst(fits: RegExp, deed: (rig: MachinesRig) => void, spec: MachineSpec = {}): MachinesRig {
  let isDone = false;
  const rig: MachinesRig = rigOf(spec, {
    around: (inner) => (request) => {
      if (!isDone && fits.test(`${request.method} ${request.url.pathname}`)) {
        isDone = true;
        deed(rig);
      }
      return inner(request);
    },
  });
  return rig;
}

const setOn = (rig: MachinesRig, key: string, value: string) => {
  const machine = rig.fly.machine(APP, 'm000');
  machine.config = { ...machine.config, metadata: { ...machine.config.metadata, [key]: value } };
};

describe('when machines are labelled', () => {
  it('sets and removes, reads back, and leaves each in its state', async () => {
    const rig = createMachinesRig({
      machines: many(3, (index) => ({
        state: index === 0 ? 'started' : 'stopped',
        metadata: index === 2 ? { hours: 'always' } : { role: 'web', 'keep-alive': 'yes' },
      })),
    });
    const done = await runLabel(rig, { hours: 'always', 'keep-alive': undefined });
    expect(done.result.machines.map(({ outcome, state, reason }) => [outcome, state, reason])).toEqual([
      ['changed', 'started', 'set hours; removed keep-alive'],
      ['changed', 'stopped', 'set hours; removed keep-alive'],
      ['unchanged', 'stopped', 'already so'],
    ]);
    expect(metadataOf(rig)).toEqual({ role: 'web', hours: 'always' });
    expect(done.result.line).toBe('labelled 2, already so 1, failed 0 of 3 in my-app');
    expect(done.phases).toEqual(['Labelling 2', 'end']);
    expect(countOf(rig, 'POST metadata/hours')).toBe(2);
    expect(countOf(rig, 'DELETE metadata/keep-alive')).toBe(2);
    expect(rig.asked()).toHaveLength(7);
  });

  it.each(['silent', 'updates', 'event'] as const)(
    'makes no difference what a write leaves: %s',
    async (it) => {
      const rig = rigOf({}, { settings: { metadataWrite: it } });
      expect(only(await runLabel(rig, { a: '1' }))).toMatchObject({ outcome: 'changed', state: 'started' });
    },
  );

  it('writes only what is lacking, also under names that every object has', async () => {
    const rig = rigOf({ metadata: { a: '1', b: '2' } });
    const done = await runLabel(rig, { a: '1', b: '3', toString: undefined, valueOf: 'x/y?' });
    expect(only(done)).toMatchObject({ outcome: 'changed', reason: 'set b, valueOf' });
    expect(metadataOf(rig)).toEqual({ a: '1', b: '3', valueOf: 'x/y?' });
  });

  it('tells which marks are left', async () => {
    const rig = rigOf({ metadata: { 'marked-night': 'x', 'marked-day': 'y' } });
    const { marks } = only(await runLabel(rig, { 'marked-night': undefined }));
    expect(marks?.map(({ name }) => name)).toEqual(['day']);
  });

  it('writes nothing in a dry run, and says what it would do', async () => {
    const rig = rigOf();
    const done = await runLabel(rig, { a: '1' }, { dryRun: true });
    expect(only(done)).toMatchObject({
      outcome: 'skipped',
      reason: 'dry run: would label',
      wouldChange: 'label',
    });
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
  });

  it('leaves alone what is special, excluded or beyond the limit', async () => {
    const machines = many(4, (index) => ({ config: index === 0 ? { standbys: ['m001'] } : {} }));
    const chosen = selector({ machines: 'all', exclude: ['m001'] });
    const rig = createMachinesRig({ machines });
    expect(outcomes(await runLabel(rig, { a: '1' }, { selector: chosen, limit: 1 }))).toEqual({
      m000: 'skipped',
      m001: 'skipped',
      m002: 'changed',
      m003: 'skipped',
    });
    const named = selector({ machines: ['m000'] });
    expect(outcomes(await runLabel(rig, { a: '1' }, { selector: named }))).toEqual({ m000: 'changed' });
  });

  it('wants to be told which', async () => {
    const work = runLabel(rigOf(), { a: '1' }, { selector: selector() });
    await expect(work).rejects.toThrow('No machines chosen to label');
  });

  it('takes a place for each write', async () => {
    let [now, most] = [0, 0];
    const rig: MachinesRig = createMachinesRig({
      machines: many(6),
      maxConcurrent: 2,
      around: (inner) => async (request) => {
        if (request.method === 'GET') return inner(request);
        now += 1;
        most = Math.max(most, now);
        await rig.clock.sleep(100);
        now -= 1;
        return inner(request);
      },
    });
    await runLabel(rig, { a: '1' });
    expect(most).toBe(2);
  });

  it('keeps the rate of Fly, which counts all keys of a machine together', async () => {
    const rig = rigOf();
    const labels = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'x']));
    expect(only(await runLabel(rig, labels)).outcome).toBe('changed');
    expect(rig.asked().filter((it) => it.endsWith(' 429'))).toEqual([]);
    expect(rig.deadline.elapsed).toBeGreaterThanOrEqual(6_000);
  });
});

describe('when something else happens to a machine meanwhile', () => {
  it('goes on although its own labels take it out of the filters', async () => {
    const rig = rigOf({ metadata: { sleeps: 'yes', role: 'web' } });
    const labels = { ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((it) => [`k${it}`, 'x'])) };
    const chosen = selector({ metadata: ['sleeps=yes'] });
    const done = await runLabel(rig, { sleeps: undefined, ...labels }, { selector: chosen });
    expect(only(done).outcome).toBe('changed');
    expect(Object.keys(metadataOf(rig))).toHaveLength(7);
  });

  it('leaves alone what another client has excluded while it waited for its turn', async () => {
    const rig: MachinesRig = createMachinesRig({
      machines: many(2),
      maxConcurrent: 1,
      around: (inner) => async (request) => {
        if (request.method === 'POST') {
          await rig.clock.sleep(5_000);
          const machine = rig.fly.machine(APP, 'm001');
          machine.config = { ...machine.config, metadata: { keep: 'out' } };
        }
        return inner(request);
      },
    });
    const chosen = selector({ machines: 'all', exclude: ['keep=out'] });
    const done = await runLabel(rig, { a: '1' }, { selector: chosen });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
    expect(metadataOf(rig, 'm001')).toEqual({ keep: 'out' });
  });

  it('writes again what a deploy writes over, and what is lost three times has failed', async () => {
    const lose = (rig: MachinesRig, times: number) => {
      let left = times;
      return (path: string) => {
        const machine = rig.fly.machine(APP, 'm000');
        if (/GET .*m000$/.test(path) && left-- > 0) machine.config = { ...machine.config, metadata: {} };
      };
    };
    const rigThatLoses = (times: number) => {
      const rig: MachinesRig = rigOf(
        {},
        {
          around: (inner) => (request) => {
            losing(`${request.method} ${request.url.pathname}`);
            return inner(request);
          },
        },
      );
      const losing = lose(rig, times);
      return rig;
    };
    const twice = rigThatLoses(2);
    expect(only(await runLabel(twice, { a: '1' })).outcome).toBe('changed');
    expect([metadataOf(twice), countOf(twice, 'POST metadata/a')]).toEqual([{ a: '1' }, 3]);
    const always = rigThatLoses(9);
    expect(only(await runLabel(always, { a: '1' }))).toMatchObject({
      outcome: 'failed',
      error: { class: 'wrong state', message: expect.stringContaining('written 3 times') },
    });
    expect(countOf(always, 'POST metadata/a')).toBe(3);
  });

  it('says so where another step has done it first', async () => {
    const rig: MachinesRig = createMachinesRig({
      machines: many(2),
      maxConcurrent: 1,
      around: (inner) => async (request) => {
        if (request.method === 'POST') {
          await rig.clock.sleep(5_000);
          const machine = rig.fly.machine(APP, 'm001');
          machine.config = { ...machine.config, metadata: { a: '1' } };
        }
        return inner(request);
      },
    });
    const { result } = await runLabel(rig, { a: '1' });
    expect(result.machines[1]).toMatchObject({ outcome: 'unchanged', reason: 'became so meanwhile' });
  });

  it('writes over what another client has written before it is read back', async () => {
    const rig = beforeFirst(/GET .*m000$/, () => setOn(rig, 'a', 'theirs'));
    expect(only(await runLabel(rig, { a: 'ours' })).outcome).toBe('changed');
    expect(metadataOf(rig)).toEqual({ a: 'ours' });
  });

  it('skips a machine that is gone, and fails one that is named', async () => {
    const gone = () =>
      beforeFirst(/POST/, (rig) => {
        rig.fly.machine(APP, 'm000').state = 'destroyed';
      });
    expect(only(await runLabel(gone(), { a: '1' }))).toMatchObject({
      outcome: 'skipped',
      state: 'destroyed',
      reason: expect.stringMatching(/^gone: /),
    });
    const named = await runLabel(gone(), { a: '1' }, { selector: selector({ machines: ['m000'] }) });
    expect(only(named)).toMatchObject({ outcome: 'failed', error: { class: 'not found' } });
  });
});

describe('when a write goes wrong', () => {
  const failing = (rule: Partial<FaultRule> & Pick<FaultRule, 'fault'>, options: MachinesRigOptions = {}) =>
    createMachinesRig({
      machines: many(2),
      faults: [{ method: 'POST', path: /m000.metadata/, ...rule }],
      ...options,
    });

  it.each([true, false])('repeats one whose answer is lost (done: %s)', async (afterEffect) => {
    const rig = failing({ fault: { status: 502 }, times: 2, afterEffect });
    expect(outcomes(await runLabel(rig, { a: '1' }))).toEqual({ m000: 'changed', m001: 'changed' });
    expect(metadataOf(rig)).toEqual({ a: '1' });
    expect(countOf(rig, 'POST metadata/a')).toBe(afterEffect ? 2 : 4);
  });

  it('fails after three, and says what may have been written', async () => {
    const rig = failing({ fault: { status: 502 } });
    const { result } = await runLabel(rig, { a: '1' });
    expect(result.machines).toMatchObject([
      {
        outcome: 'failed',
        error: {
          class: 'Fly failure',
          message: expect.stringMatching(/; a may have been written all the same$/),
        },
      },
      { outcome: 'changed' },
    ]);
  });

  it('sits out trouble in reading back', async () => {
    const rig = rigOf({}, { faults: [{ method: 'GET', path: /m000/, fault: { status: 503 }, times: 7 }] });
    expect(only(await runLabel(rig, { a: '1' })).outcome).toBe('changed');
  });

  it.each(['C', 'w'] as const)('is forbidden to a token without the action: %s', async (metadataAction) => {
    const rig = rigWithToken({ actions: 'r' }, { machines: many(2), settings: { metadataAction } });
    const { result } = await runLabel(rig, { a: '1' });
    expect(result.machines.map(({ outcome, error }) => [outcome, error?.class])).toEqual([
      ['failed', 'forbidden'],
      ['failed', 'forbidden'],
    ]);
    expect(result.machines[0]?.error?.message).toMatch(/; nothing was written$/);
    expect(countOf(rig, 'POST metadata/a')).toBe(2);
  });

  it('says which key was written before the one that was refused', async () => {
    const rig = failing({ path: /m000.metadata.b/, fault: { status: 403, body: { error: 'no' } } });
    const { result } = await runLabel(rig, { a: '1', b: '2', c: '3' });
    expect(result.machines[0]?.error?.message).toMatch(/; a may have been written all the same$/);
    expect(metadataOf(rig)).toEqual({ a: '1' });
  });

  it('takes a 404 for a key that is gone already as done, and asks again for a machine that is there', async () => {
    const rig = beforeFirst(
      /DELETE/,
      () => {
        const machine = rig.fly.machine(APP, 'm000');
        machine.config = { ...machine.config, metadata: {} };
        rig.fly.faults.push({
          method: 'DELETE',
          fault: { status: 404, body: { error: 'not_found: metadata key not found' } },
        });
      },
      { metadata: { a: '1' } },
    );
    expect(only(await runLabel(rig, { a: undefined }))).toMatchObject({
      outcome: 'unchanged',
      reason: 'became so meanwhile',
    });
    const lagging = failing({ fault: { status: 404, body: { error: 'not found' } }, times: 1 });
    expect(outcomes(await runLabel(lagging, { a: '1' }))).toMatchObject({ m000: 'changed' });
    const never = failing({ fault: { status: 404, body: { error: 'not found' } } });
    const { result } = await runLabel(never, { a: '1' });
    expect(result.machines[0]).toMatchObject({ outcome: 'failed', error: { class: 'not found' } });
  });

  it('begins no other machine after a failure, where it halts', async () => {
    const rig = createMachinesRig({
      machines: many(3, (index) => ({ name: `web-${index + 1}` })),
      faults: [{ method: 'POST', path: /m000/, fault: { status: 403, body: { error: 'no' } } }],
      maxConcurrent: 1,
    });
    const { result } = await runLabel(rig, { a: '1' }, { halts: true });
    expect(result.machines.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', ''],
      ['skipped', 'not begun: machine m000 (web-1) in my-app failed'],
      ['skipped', 'not begun: machine m000 (web-1) in my-app failed'],
    ]);
  });

  it('does not take a key for gone while the host of its machine is out of reach', async () => {
    const rig = rigOf({ behaviour: { unreachable: true } });
    expect(only(await runLabel(rig, { a: undefined })).outcome).toBe('failed');
  });

  it('fails what is under way when the job is cancelled', async () => {
    const rig: MachinesRig = rigOf(
      {},
      {
        around: (inner) => (request) => {
          if (request.method === 'POST') rig.cancel();
          return inner(request);
        },
      },
    );
    expect(only(await runLabel(rig, { a: '1' }))).toMatchObject({
      outcome: 'failed',
      error: { class: 'cancelled' },
    });
  });
});
