import type { FaultRule } from '../../../../emulator/faults.js';
import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { markOf } from '../../../../src/commands/marks/mark.js';
import { selector } from '../../../support/machines.js';
import {
  countOf,
  leaseOfOther,
  many,
  only,
  outcomes,
  run,
  type Wish,
} from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const OLD = '2024-12-31T19:00:00.000Z stopped acme/ops/6';
const up: MachineSpec = { state: 'started' };
const rigOf = (spec: MachineSpec, options: MachinesRigOptions = {}) =>
  createMachinesRig({ machines: many(1, () => spec), ...options });
const bearing = (value: string, spec: MachineSpec = {}): MachineSpec => ({
  ...spec,
  config: { metadata: { 'marked-night': value } },
});
const metadataOf = ({ fly }: MachinesRig, id = 'm000') =>
  Object.fromEntries(
    Object.entries(fly.machine(APP, id).config.metadata ?? {}).filter(([key]) => !key.startsWith('fly_')),
  );
const markIn = (rig: MachinesRig, id = 'm000') => markOf({ metadata: metadataOf(rig, id) }, 'night');
const stop = (rig: MachinesRig, wish: Wish = {}) => run(rig, 'stop', { mark: 'night', ...wish });
const wake = (rig: MachinesRig, wish: Wish = {}) =>
  run(rig, 'start', { selector: selector({ machines: 'all', marked: 'night' }), ...wish });

describe('when the evening puts machines down and the morning wakes them', () => {
  it('marks what it changed, before the change, and nothing that was down', async () => {
    const rig = createMachinesRig({
      machines: many(2, (index) => (index === 0 ? up : { state: 'stopped' })),
    });
    const done = await stop(rig);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'unchanged' });
    expect(done.result.machines.map(({ marks }) => marks?.map(({ name }) => name))).toEqual([
      ['night'],
      undefined,
    ]);
    expect(markIn(rig)).toMatchObject({ word: 'stopped', by: 'acme/ops/7' });
    expect(markIn(rig, 'm001')).toBeUndefined();
    const asked = rig.asked().filter((it) => it.startsWith('POST'));
    expect(asked).toEqual(['POST m000/metadata/marked-night 204', 'POST m000/stop 200']);
  });

  it('wakes exactly those, on another runner, and takes their marks off', async () => {
    const rig = createMachinesRig({
      machines: many(2, (index) => (index === 0 ? up : { state: 'stopped' })),
    });
    await stop(rig);
    const done = await wake(rig);
    expect(outcomes(done)).toEqual({ m000: 'changed' });
    expect(only(done)).toMatchObject({ reason: 'mark night taken off', marks: [] });
    expect(metadataOf(rig)).toEqual({});
  });

  it('takes the mark off a machine that somebody else has started already', async () => {
    const rig = rigOf(bearing(OLD, up));
    expect(only(await wake(rig))).toMatchObject({
      ...{ outcome: 'unchanged', reason: 'already started; mark night taken off' },
    });
    expect(metadataOf(rig)).toEqual({});
  });

  it.each(['stop', 'suspend', 'restart'] as const)(
    'keeps a mark through a %s: only the opposite takes it off',
    async (name) => {
      const rig = rigOf(bearing(OLD, up));
      await run(rig, name);
      expect(markIn(rig)?.value).toBe(OLD);
    },
  );

  it('takes the marks off what is warmed up, started by the step or before', async () => {
    const rig = createMachinesRig({ machines: many(2, (index) => bearing(OLD, index === 0 ? up : {})) });
    expect(outcomes(await runWarmUp(rig, 2))).toEqual({ m000: 'unchanged', m001: 'changed' });
    expect([metadataOf(rig), metadataOf(rig, 'm001')]).toEqual([{}, {}]);
  });

  it('keeps the mark of what is put back at the end of the job', async () => {
    const rig = rigOf(bearing(OLD));
    expect(only(await wake(rig, { restores: true }))).toMatchObject({ outcome: 'changed', reason: '' });
    expect(markIn(rig)?.value).toBe(OLD);
  });

  it.each([
    ['stop', 'suspended'],
    ['stop', 'failed'],
    ['suspend', 'failed'],
  ] as const)('neither changes nor marks by %s what was %s before', async (name, state) => {
    for (const dryRun of [true, false]) {
      const rig = rigOf({ state });
      expect(outcomes(await run(rig, name, { mark: 'night', dryRun }))).not.toEqual({ m000: 'changed' });
      expect([rig.fly.machine(APP, 'm000').state, metadataOf(rig)]).toEqual([state, {}]);
    }
  });

  it('keeps the mark of a machine that nobody has seen started', async () => {
    const rig = rigOf(bearing(OLD));
    await wake(rig, { wait: false });
    expect(markIn(rig)?.value).toBe(OLD);
  });

  it('takes the mark of what was started off with the stop', async () => {
    const rig = rigOf({ state: 'stopped' });
    await run(rig, 'start', { mark: 'night' });
    expect(markIn(rig)?.word).toBe('started');
    await run(rig, 'stop', { selector: selector({ machines: 'all', marked: 'night' }) });
    expect(metadataOf(rig)).toEqual({});
  });

  it('writes nothing in a dry run', async () => {
    const rig = rigOf(bearing(OLD, up));
    await stop(rig, { dryRun: true });
    await wake(rig, { dryRun: true });
    expect(rig.asked().filter((it) => !it.startsWith('GET'))).toEqual([]);
  });

  it('tells of a mark of another form, and takes it for one of what was put down', async () => {
    const { result } = await wake(rigOf(bearing('yes')));
    expect(result.machines[0]?.outcome).toBe('changed');
    expect(result.notices).toEqual([
      'The mark `night` of m000 is of another form; it counts as one of what was put down.',
    ]);
  });

  it('warns of a mark that stays although its machine is up', async () => {
    const faults: FaultRule[] = [
      { method: 'DELETE', path: /metadata/, fault: { status: 403, body: { error: 'no' } } },
    ];
    const { result } = await wake(rigOf(bearing(OLD), { faults }));
    expect(result.machines[0]?.outcome).toBe('changed');
    expect(result.warnings).toEqual([
      expect.stringMatching(/^A mark stays on m000, which is where it should be: forbidden/),
    ]);
  });
});

describe('when a mark cannot be written', () => {
  const no: FaultRule = { path: /metadata/, fault: { status: 403, body: { error: 'no' } } };

  it('leaves the machines as they were, and asks for one of them alone', async () => {
    const rig = createMachinesRig({
      machines: many(30, () => up),
      faults: [no],
      settings: { latencyMs: 20 },
      maxConcurrent: 1,
    });
    const { result } = await stop(rig);
    expect(new Set(result.machines.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
    expect(result.machines[9]?.error?.line).toMatch(
      /^forbidden: its mark `night` can't be written, so it is left as it was: .*`mark` writes into the metadata/,
    );
    expect([countOf(rig, 'POST metadata/marked-night'), countOf(rig, 'POST stop')]).toEqual([1, 0]);
  });

  it('sends nothing where the answer to it was lost, and takes back what may have been written', async () => {
    const faults: FaultRule[] = [
      { method: 'POST', path: /metadata/, times: 99, fault: 'reset', afterEffect: true },
    ];
    const rig = rigOf(up, { faults });
    expect(only(await stop(rig))).toMatchObject({ outcome: 'failed' });
    expect(countOf(rig, 'POST stop')).toBe(0);
    expect(metadataOf(rig)).toEqual({});
  });
});

describe('when another client holds a lease', () => {
  it.each(['respected', 'ignored'] as const)(
    'marks once it is over, where Fly has leases of metadata %s',
    async (metadataLease) => {
      const rig = rigOf(up, { settings: { metadataLease } });
      leaseOfOther(rig, 'm000', 40);
      const done = await stop(rig);
      expect(only(done).outcome).toBe('changed');
      expect((markIn(rig)?.at ?? 0) - rig.clock.now()).toBeLessThan(5_000);
      const [first = ''] = rig.asked().filter((it) => it.startsWith('POST') && it.endsWith('204'));
      expect(first).toContain('marked-night');
      expect(done.said).toContainEqual(expect.stringMatching(/^m000: lease held by .* waiting for it$/));
    },
  );

  it.each(['respected', 'ignored'] as const)(
    'marks nothing that it skips for it, %s',
    async (metadataLease) => {
      const rig = rigOf(up, { settings: { metadataLease } });
      leaseOfOther(rig, 'm000', 400);
      expect(only(await stop(rig, { onLease: 'skip' })).outcome).toBe('skipped');
      expect(metadataOf(rig)).toEqual({});
    },
  );

  it('marks under a lease of its own', async () => {
    const rig = rigOf(up, { settings: { metadataLease: 'respected' } });
    expect(only(await stop(rig, { lease: 'ours' })).outcome).toBe('changed');
    expect(markIn(rig)?.word).toBe('stopped');
  });
});

describe('when the change does not come about', () => {
  const refused: FaultRule = { path: /stop$/, fault: { status: 403, body: { error: 'no' } } };

  it('takes the mark back, and puts back what it replaced', async () => {
    const [bare, marked] = [rigOf(up, { faults: [refused] }), rigOf(bearing(OLD, up), { faults: [refused] })];
    expect(only(await stop(bare)).outcome).toBe('failed');
    expect(only(await stop(marked)).outcome).toBe('failed');
    expect([metadataOf(bare), markIn(marked)?.value]).toEqual([{}, OLD]);
  });

  it('leaves the mark where nobody knows whether it did', async () => {
    const rig = rigOf(up, { faults: [{ path: /stop$/, fault: 'reset' }] });
    expect(only(await stop(rig)).outcome).toBe('failed');
    expect(markIn(rig)?.word).toBe('stopped');
  });

  it('takes it back after a cancel between mark and request, too', async () => {
    const machines = many(1, () => up);
    const rig: MachinesRig = createMachinesRig({
      machines,
      around: (inner) => async (request) => {
        const answer = await inner(request);
        if (request.method === 'POST' && request.url.pathname.endsWith('marked-night')) rig.cancel();
        return answer;
      },
    });
    const done = await stop(rig);
    expect(only(done).outcome).toBe('failed');
    expect([countOf(rig, 'POST stop'), metadataOf(rig)]).toEqual([0, {}]);
  });

  it('is no mark of ours where another client was faster', async () => {
    const rig: MachinesRig = createMachinesRig({
      machines: many(1, () => up),
      faults: [
        { path: /stop$/, times: 1, fault: { status: 409, body: { error: 'machine is being changed' } } },
      ],
      around: (inner) => async (request) => {
        const answer = await inner(request);
        if (request.method === 'POST' && request.url.pathname.endsWith('/stop'))
          rig.fly.person(APP, 'm000', 'stop', 'somebody');
        return answer;
      },
    });
    const result = only(await stop(rig));
    expect(result).toMatchObject({ outcome: 'unchanged', reason: 'became stopped meanwhile' });
    expect([result.marks ?? [], metadataOf(rig)]).toEqual([[], {}]);
  });
});

describe('when a deploy writes back the metadata that it had read before', () => {
  const overwriting = (times: number): MachinesRig => {
    let left = times;
    const rig: MachinesRig = createMachinesRig({
      machines: many(1, () => up),
      around: (inner) => async (request) => {
        const isLook = request.method === 'GET' && metadataOf(rig)['marked-night'] !== undefined;
        if (isLook && left-- > 0) rig.fly.person(APP, 'm000', { set: 'marked-night', value: '' }, 'a deploy');
        return inner(request);
      },
    });
    return rig;
  };

  it('writes the mark again', async () => {
    const rig = overwriting(2);
    expect(only(await stop(rig)).outcome).toBe('changed');
    expect(markIn(rig)?.word).toBe('stopped');
  });

  it('has failed where that does not last, since no later job would find the machine', async () => {
    const result = only(await stop(overwriting(99)));
    expect(result.error?.message).toMatch(/^it was stopped, but its mark `night` does not last$/);
  });
});
