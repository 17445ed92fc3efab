import type { MachineSpec } from '../../../../emulator/machines/build.js';
import type { Hold } from '../../../../src/commands/keep-alive/hold.js';
import { KEEP_ALIVE_UNTIL, keptUntil } from '../../../../src/commands/keep-alive/hold.js';
import { KeepAlive } from '../../../../src/commands/keep-alive/keep-alive.js';
import { ActionError } from '../../../../src/errors.js';
import { formatTime } from '../../../../src/text.js';
import { appMachine } from '../../../support/machines.js';
import { resultOf } from '../../../support/results.js';
import { countOf, follow, many, outcomes, rigWithToken, run } from '../../../support/rigs/engine-rig.js';
import { kept } from '../../../support/rigs/kept.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const HOUR = 3_600_000;
const START = Date.UTC(2025, 0, 15, 12);

function rigOf(...specs: readonly MachineSpec[]): MachinesRig {
  return createMachinesRig({
    machines: many(specs.length, (index) => specs[index] ?? {}),
    settings: { bootMs: 1_000 },
  });
}

function holdOf(rig: MachinesRig, id: string): string | undefined {
  return rig.fly.machine(APP, id).config.metadata?.[KEEP_ALIVE_UNTIL];
}

/** A keeper, what it was told to keep of holds, and what at the end. */
const until = (ms: number): MachineSpec => ({
  state: 'started',
  metadata: { [KEEP_ALIVE_UNTIL]: formatTime(START + ms) },
});

describe('when machines are held', () => {
  it('writes until when, counted from when each is up, and on no other machine', async () => {
    const rig = rigOf({}, { state: 'started' }, {});
    const { result } = await runWarmUp(rig, 2, { hold: HOUR });
    expect(holdOf(rig, 'm000')).toBe('2025-01-15T13:00:01.000Z');
    expect([holdOf(rig, 'm001'), holdOf(rig, 'm002')]).toEqual(['2025-01-15T13:00:00.000Z', undefined]);
    expect(result.machines[0]).toMatchObject({ held: '2025-01-15T13:00:01.000Z', outcome: 'changed' });
    expect(result.machines[0]?.reason).toMatch(/; held until 2025-01-15T13:00:01Z$/);
    expect(result.warnings).toEqual([]);
  });

  it('holds before it waits for checks, and keeps that where they never pass', async () => {
    const rig = rigOf({
      config: { checks: { web: {} } },
      behaviour: { checksPassMs: Number.POSITIVE_INFINITY },
    });
    const { result } = await runWarmUp(rig, 1, { hold: HOUR });
    expect(result.machines[0]).toMatchObject({ outcome: 'failed', held: '2025-01-15T13:00:01.000Z' });
  });

  it('keeps a longer one, and lets its owner see that it is not alone; a shorter one gives way', async () => {
    const rig = rigOf(until(5 * HOUR), until(HOUR / 2));
    const { keeper, holds } = kept({ holds: true });
    await runWarmUp(rig, 2, { hold: HOUR, keeper });
    expect(holdOf(rig, 'm000')).toBe('2025-01-15T17:00:01.000Z');
    expect(holdOf(rig, 'm001')).toBe('2025-01-15T13:00:00.000Z');
    // So that the post step doesn't stop what they hold, and they find their own again.
    expect(holds).toEqual([
      { app: APP, id: 'm000', held: '2025-01-15T17:00:01.000Z', before: START + 5 * HOUR },
      { app: APP, id: 'm001', held: '2025-01-15T13:00:00.000Z', before: START + HOUR / 2 },
    ]);
  });

  it('leaves what is no time as it is, and says so', async () => {
    const rig = rigOf({ state: 'started', metadata: { [KEEP_ALIVE_UNTIL]: 'soon' } });
    const { result } = await run(rig, 'start', { hold: HOUR });
    expect(holdOf(rig, 'm000')).toBe('soon');
    expect(result.machines[0]?.held).toBeUndefined();
    expect(result.machines[0]?.reason).toBe(
      'already started; held: keep-alive-until in its metadata is no time',
    );
    expect(result.warnings).toEqual([]);
  });

  it('leaves alone what is held for good', async () => {
    const rig = rigOf({ state: 'started', metadata: { [KEEP_ALIVE_UNTIL]: '9999-12-31T23:59:59Z' } });
    const { result } = await runWarmUp(rig, 1, { hold: HOUR });
    expect(holdOf(rig, 'm000')).toBe('9999-12-31T23:59:59Z');
    expect(result.machines[0]?.held).toBeUndefined();
  });

  it('goes by what is there when it writes, not by what was listed', async () => {
    const rig = rigOf({});
    void rig.clock.sleep(500).then(() => {
      const machine = rig.fly.machine(APP, 'm000');
      machine.config = { ...machine.config, metadata: until(9 * HOUR).metadata ?? {} };
    });
    await runWarmUp(rig, 1, { hold: HOUR });
    expect(holdOf(rig, 'm000')).toBe('2025-01-15T21:00:01.000Z');
  });

  it.each([403, 401])('warns once where the token may not (%i), and goes on', async (status) => {
    const rig = createMachinesRig({
      machines: many(3),
      faults: [{ method: 'POST', path: /metadata/, fault: { status, body: { error: 'no' } } }],
      maxConcurrent: 1,
    });
    const changed = await runWarmUp(rig, 3, { hold: HOUR });
    expect(outcomes(changed)).toEqual({ m000: 'changed', m001: 'changed', m002: 'changed' });
    expect([changed.result.failures, changed.result.warnings]).toEqual([
      [],
      [expect.stringMatching(/^The token may not write metadata \(`hold`\)/)],
    ]);
    expect(changed.result.machines.map(({ held }) => held)).toEqual([undefined, undefined, undefined]);
  });

  it('knows a token that only starts and stops', async () => {
    const rig = rigWithToken({ actions: 'rC' }, { machines: many(1), settings: { metadataAction: 'w' } });
    expect((await runWarmUp(rig, 1, { hold: HOUR })).result.warnings).toHaveLength(1);
    expect(holdOf(rig, 'm000')).toBeUndefined();
  });

  it('says which machine could not be held for another reason', async () => {
    const rig = createMachinesRig({
      machines: many(2),
      faults: [{ method: 'POST', path: /m001.metadata/, fault: { status: 500 } }],
    });
    const { result } = await runWarmUp(rig, 2, { hold: HOUR });
    expect(result.warnings).toEqual([expect.stringMatching(/^Machine m001 is not held: Fly failure: /)]);
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed', 'changed']);
    expect(holdOf(rig, 'm000')).toBeDefined();
  });

  it('holds no machine that has stopped meanwhile, and asks no more once it was refused', async () => {
    const rig = createMachinesRig({
      machines: many(3, (index) => ({ state: index === 0 ? 'stopped' : 'started' })),
      faults: [{ method: 'POST', path: /m001.metadata/, fault: { status: 403 } }],
    });
    await follow(rig, async (tools) => {
      const hold = { ms: HOUR, now: () => rig.clock.now(), random: () => 0 };
      const holding = new KeepAlive(hold, undefined, tools);
      for (const { id } of rig.fly.machines(APP)) {
        const it = await holding.set({ app: APP, id }, { signal: rig.deadline.signal });
        expect(it).toEqual({ reason: '' });
      }
      expect(holding.warnings).toHaveLength(1);
      return resultOf([]);
    });
    expect(rig.asked()).toEqual([
      'GET m000 200',
      'GET m001 200',
      expect.stringMatching(/^POST m001.metadata.* 403$/),
    ]);
  });

  it('writes nothing without being asked', async () => {
    const rig = rigOf({});
    await runWarmUp(rig, 1);
    // What reads the start back.
    expect(countOf(rig, 'GET machine')).toBe(1);
    expect(holdOf(rig, 'm000')).toBeUndefined();
  });
});

describe('when `start` holds', () => {
  const reasons = ({ result }: Awaited<ReturnType<typeof run>>) =>
    Object.fromEntries(
      result.machines.map(({ machine, reason, error }) => [machine.id, error?.class ?? reason]),
    );

  it('holds those that end up started, changed or not, and tells what it could not', async () => {
    const rig = createMachinesRig({
      machines: many(5, (index) => ({
        state: index === 0 ? 'started' : 'stopped',
        ...(index === 2 && { behaviour: { start: 'no-capacity' } }),
        ...(index === 3 && { config: { standbys: ['m000'] } }),
      })),
      settings: { bootMs: 1_000 },
      faults: [{ method: 'POST', path: /m004.metadata/, fault: { status: 500 } }],
    });
    const started = await run(rig, 'start', { hold: HOUR });
    expect(outcomes(started)).toEqual({
      m000: 'unchanged',
      m001: 'changed',
      m002: 'failed',
      m003: 'skipped',
      m004: 'changed',
    });
    expect(rig.fly.machines(APP).map(({ id }) => holdOf(rig, id))).toEqual([
      '2025-01-15T13:00:00.000Z',
      '2025-01-15T13:00:01.000Z',
      undefined,
      undefined,
      undefined,
    ]);
    expect(reasons(started)).toMatchObject({
      m000: 'already started; held until 2025-01-15T13:00:00Z',
      m001: 'held until 2025-01-15T13:00:01Z',
      m004: '',
    });
    expect(started.result.warnings).toEqual([expect.stringMatching(/^Machine m004 is not held: /)]);
  });

  it('asks nothing else of a machine that is started already', async () => {
    const rig = rigOf({ state: 'started' });
    await run(rig, 'start', { hold: HOUR });
    expect(rig.asked()).toEqual([
      'GET machines 200',
      'GET m000 200',
      'POST m000/metadata/keep-alive-until 204',
      'GET m000 200',
    ]);
  });

  it('holds what is on its way where it does not wait', async () => {
    const rig = rigOf({});
    const { result } = await run(rig, 'start', { hold: HOUR, wait: false });
    expect(result.machines).toMatchObject([{ outcome: 'requested', held: '2025-01-15T13:00:00.000Z' }]);
    expect(holdOf(rig, 'm000')).toBe('2025-01-15T13:00:00.000Z');
  });

  it('writes nothing in a dry run, and plans as ever', async () => {
    const rig = rigOf({}, { state: 'started' });
    const rehearsed = await run(rig, 'start', { hold: HOUR, dryRun: true });
    expect(reasons(rehearsed)).toEqual({ m000: 'dry run: would start', m001: 'already started' });
    expect(rig.asked()).toEqual(['GET machines 200']);
  });

  it('has the record keep it before it is written, also of what is not changed', async () => {
    const rig = rigOf({}, { state: 'started' });
    const written: unknown[] = [];
    const { keeper, holds, closed } = kept({
      holds: true,
      hold: ({ id }) => void written.push(holdOf(rig, id)),
    });
    await run(rig, 'start', { hold: HOUR, keeper });
    expect(holds).toEqual([
      { app: APP, id: 'm001', held: '2025-01-15T13:00:00.000Z' },
      { app: APP, id: 'm000', held: '2025-01-15T13:00:01.000Z' },
    ]);
    expect(written).toEqual([undefined, undefined]);
    expect(closed).toEqual([[expect.objectContaining({ id: 'm000', left: 'started' })]]);
  });

  it('has it kept though the answer is lost', async () => {
    const rig = createMachinesRig({
      machines: many(1),
      faults: [{ method: 'POST', path: /metadata/, fault: { status: 502 } }],
    });
    const { keeper, holds } = kept({ holds: true });
    const { result } = await run(rig, 'start', { hold: HOUR, keeper });
    expect(holds).toMatchObject([{ id: 'm000' }]);
    expect(result.warnings).toHaveLength(1);
  });

  it('writes no hold that the record can’t keep, and says so once', async () => {
    const rig = createMachinesRig({ machines: many(3, () => ({ state: 'started' })) });
    const { keeper } = kept({
      holds: true,
      hold: () => {
        throw new ActionError('input', 'no room');
      },
    });
    const started = await run(rig, 'start', { hold: HOUR, keeper });
    expect(outcomes(started)).toEqual({ m000: 'unchanged', m001: 'unchanged', m002: 'unchanged' });
    expect(started.result.warnings).toEqual([
      expect.stringMatching(/^Machine m00\d and those after it are not held, .*no room/),
    ]);
    expect(countOf(rig, 'POST metadata')).toBe(0);
  });
});

describe('when it is asked whether a machine is held', () => {
  const held = (value: string | undefined, ours?: Hold) =>
    keptUntil(
      appMachine('m1', { metadata: value === undefined ? {} : { [KEEP_ALIVE_UNTIL]: value } }),
      START,
      ours,
    );

  it.each([
    ['nothing', undefined, undefined],
    ['what is over', '2025-01-15T11:59:59Z', undefined],
    ['what ends just now', '2025-01-15T12:00:00Z', undefined],
    ['no time', 'for ever', Number.POSITIVE_INFINITY],
    ['a year alone', '2999', Number.POSITIVE_INFINITY],
    ['nothing at all', '', Number.POSITIVE_INFINITY],
    ['a time without a zone', '2999-01-01T00:00:00', Number.POSITIVE_INFINITY],
    ['a time in small letters', '2025-01-15t13:00:00z', START + HOUR],
    ['a time', '2025-01-15T12:00:01Z', START + 1_000],
    ['a time of another zone', '2025-01-15T14:00:00+01:00', START + HOUR],
  ])('goes by %s', (_, value, wanted) => expect(held(value)).toBe(wanted));

  it('is not bound by its own', () => {
    const ours = { app: APP, id: 'm1', held: '2025-01-15T13:00:00Z' };
    expect(held('2025-01-15T13:00:00Z', ours)).toBeUndefined();
    expect(held('2025-01-15T13:00:01Z', ours)).toBe(START + HOUR + 1_000);
  });

  it('is bound by what its own has replaced, as long as its own is there', () => {
    const ours = { app: APP, id: 'm1', held: '2025-01-15T13:00:00Z', before: START + 1_000 };
    expect(held('2025-01-15T13:00:00Z', ours)).toBe(START + 1_000);
    expect(held('2025-01-15T13:00:00Z', { ...ours, before: START })).toBeUndefined();
    // Somebody has said that nobody needs it any more.
    expect(held(undefined, ours)).toBeUndefined();
  });
});
