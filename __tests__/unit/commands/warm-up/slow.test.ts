import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { countOf, leaseOfOther, many, outcomes } from '../../../support/rigs/engine-rig.js';
import { kept } from '../../../support/rigs/kept.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const CHECKS = { checks: { web: { type: 'http', port: 8080 } } };
const rigOf = (machines: readonly MachineSpec[], options: MachinesRigOptions = {}) =>
  createMachinesRig({ machines, settings: { bootMs: 1_000 }, ...options });
/** So long after they are started the checks of each machine pass. */
const passing = (...ms: readonly number[]) =>
  many(ms.length, (index) => ({ config: CHECKS, behaviour: { checksPassMs: ms[index] ?? 0 } }));
const NEVER = Number.POSITIVE_INFINITY;
const startsOf = (rig: MachinesRig) => rig.asked().filter((line) => /^POST .*start/.test(line));

describe('when a machine takes longer than its share of the time', () => {
  it.each<[string, MachineSpec, string]>([
    [
      'its checks never pass',
      { config: CHECKS, behaviour: { checksPassMs: NEVER } },
      'check web is critical: connection refused; it was started when it was last read; it is left running; started after 1 s',
    ],
    [
      'its start never comes through',
      { behaviour: { boot: 'never' } },
      'the start was sent; it was starting when it was last read; it is left running',
    ],
    [
      'it was on its way before and never arrives',
      { state: 'starting', behaviour: { boot: 'never' } },
      'it was starting when it was last read',
    ],
  ])('is replaced by the next where %s', async (_, spec, why) => {
    const rig = rigOf(many(3, (index) => (index === 0 ? spec : { config: CHECKS })));
    const { result, said } = await runWarmUp(rig, 1);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'changed', m002: 'skipped' });
    expect([result.failures, result.machines[0]?.replaced]).toEqual([[], true]);
    expect(said).toEqual(['m000: not ready after 1 min 40 s; the next is begun beside it']);
    const warnings = result.warnings.map((it) => it.replace('wait for it to be started: ', ''));
    expect(warnings).toEqual([
      `Machine m000 did not become ready, and another took its place: timeout: not ready before another was; ${why}`,
    ]);
    expect(result.line).toMatch(/^1 of 1 ready: /);
    expect(rig.deadline.elapsed).toBeGreaterThan(100_000);
    expect(rig.deadline.elapsed).toBeLessThan(110_000);
  });

  it('takes its place all the same where it is ready first, and says what is not needed for it', async () => {
    for (const [bootMs, outcome] of [
      [1_000, 'changed'],
      [60_000, 'requested'],
    ] as const) {
      const [slow, next] = passing(105_000, 60_000);
      const rig = rigOf([slow ?? {}, { ...next, behaviour: { bootMs, checksPassMs: 60_000 } }]);
      const { result } = await runWarmUp(rig, 1);
      expect(result.failures).toEqual([]);
      expect(outcomes({ result })).toEqual({ m000: 'changed', m001: outcome });
      expect(result.machines[1]?.reason).toBe(
        `not needed after all: 1 is ready without it; it is left running${outcome === 'changed' ? '; started after 1 s' : ''}`,
      );
      expect(result.machines[1]?.error).toBeUndefined();
      expect(result.warnings).toEqual([
        'Machine m001 was begun beside a slow one and is not needed after all; it is left running.',
      ]);
      expect(result.line).toMatch(/^1 of 1 ready: /);
      expect(rig.deadline.elapsed).toBeLessThan(112_000);
    }
  });

  it.each([
    [300_000, 90_000],
    [60_000, 25_000],
    [30_000, 27_000],
  ])('starts no other hastily: of %d ms, %d are usual', async (timeoutMs, ms) => {
    const rig = rigOf(passing(ms, 0), { timeoutMs });
    expect(outcomes(await runWarmUp(rig, 1))).toEqual({ m000: 'changed', m001: 'skipped' });
    expect(startsOf(rig)).toHaveLength(1);
  });

  it('is followed by more and more, and says at the deadline which were not ready', async () => {
    const rig = rigOf(passing(...Array<number>(20).fill(NEVER)));
    const { result } = await runWarmUp(rig, 1);
    // After 100 s, 167 s, 211 s, 241 s, 271 s: a third of what is left each time, and 30 s at least.
    expect(countOf(rig, 'POST start')).toBe(6);
    expect(result.failures.map(({ error }) => error.headline)).toEqual([
      'timeout: 0 of 1 machine of my-app are ready; not ready: m000, m001, m002, m003, m004, m005',
    ]);
    expect(rig.deadline.elapsed).toBe(300_000);
  });

  it('has only its own place taken', async () => {
    const rig = rigOf(passing(NEVER, 0, 0, 0));
    const { result } = await runWarmUp(rig, 2);
    expect(outcomes({ result })).toEqual({
      ...{ m000: 'failed', m001: 'changed', m002: 'changed', m003: 'skipped' },
    });
    expect(startsOf(rig)).toHaveLength(3);
  });

  it('goes on alone where the limit lets nothing more start', async () => {
    const rig = rigOf(passing(120_000, 0));
    const { result, said } = await runWarmUp(rig, 1, { limit: 1 });
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'skipped' });
    expect([said, startsOf(rig).length]).toEqual([[], 1]);
  });

  it('is put back at the end like the others, and its lease given back at once', async () => {
    const rig = rigOf(passing(NEVER, 0));
    const { keeper, closed } = kept();
    await runWarmUp(rig, 1, { keeper, lease: 'ours' });
    expect(closed.flat()).toEqual([
      expect.objectContaining({ id: 'm000', from: 'stopped', left: 'started' }),
      expect.objectContaining({ id: 'm001', from: 'stopped', left: 'started' }),
    ]);
    expect(
      rig
        .asked()
        .filter((line) => line.startsWith('DELETE'))
        .sort(),
    ).toEqual(['DELETE m000/lease 200', 'DELETE m001/lease 200']);
    const early = rigOf(passing(105_000, 60_000));
    const second = kept();
    const { result } = await runWarmUp(early, 1, { keeper: second.keeper });
    expect(second.closed.flat().map(({ id }) => id)).toEqual(['m000', 'm001']);
    expect(result.warnings[0]).toMatch(/not needed after all; the job's end puts it back\.$/);
  });

  it('lets the job be cancelled, and starts nothing more', async () => {
    const rig = rigOf(passing(NEVER, NEVER, 0));
    void rig.clock.sleep(120_000).then(rig.cancel);
    const { result } = await runWarmUp(rig, 1);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'failed', m002: 'skipped' });
    expect(result.failures.map(({ error }) => error.class)).toEqual(['cancelled']);
  });
});

describe("when somebody else's lease is in the way", () => {
  it.each([undefined, 'ours'])('takes another at once, as long as one is free', async (lease) => {
    const rig = rigOf(many(3));
    leaseOfOther(rig, 'm000', 3_600);
    const { result, done } = await runWarmUp(rig, 1, { lease });
    expect(outcomes({ result })).toEqual({ m000: 'skipped', m001: 'changed', m002: 'skipped' });
    expect(result.machines[0]?.reason).toMatch(
      /^lease held by somebody@tokens\.fly\.io until .*; not needed: 1 is ready without it$/,
    );
    expect(done.sort()).toEqual(['m000', 'm001']);
    expect(rig.deadline.elapsed).toBeLessThan(5_000);
  });

  it('comes back to it, and waits, once no other is left', async () => {
    const rig = rigOf(many(2, (index) => (index === 1 ? { behaviour: { start: 'no-capacity' } } : {})));
    leaseOfOther(rig, 'm000', 60);
    const { keeper, closed } = kept();
    const { result } = await runWarmUp(rig, 1, { keeper, limit: 2 });
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'failed' });
    expect([result.failures, closed.flat().map(({ id }) => id)]).toEqual([[], ['m000']]);
    expect(rig.deadline.elapsed).toBeGreaterThanOrEqual(60_000);
  });

  it('waits for it from the beginning where each is needed', async () => {
    const rig = rigOf(many(2));
    leaseOfOther(rig, 'm000', 60);
    const { result, said } = await runWarmUp(rig, 'all');
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'changed' });
    expect(said).toEqual([expect.stringMatching(/^m000: lease held by .*; waiting for it$/)]);
  });

  it('says whose it was where nothing came of the others until the deadline', async () => {
    const rig = rigOf(passing(0, NEVER), { timeoutMs: 60_000 });
    leaseOfOther(rig, 'm000', 3_600);
    const { result } = await runWarmUp(rig, 1);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'failed' });
    expect(result.machines[0]?.error?.class).toBe('lease held');
  });

  it('says once for all apps that none may be taken', async () => {
    const otherApps = [{ name: 'other', machines: many(1) }];
    const faults = [{ method: 'POST', path: /\/lease$/, fault: { status: 403 } }];
    const rig = rigOf(many(1), { otherApps, faults });
    const { result, warned } = await runWarmUp(rig, 1, { apps: [APP, 'other'], lease: 'ours' });
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed', 'changed']);
    expect(warned).toEqual([expect.stringContaining('may not take leases')]);
  });

  it('takes nothing from the limit', async () => {
    const rig = rigOf(many(2));
    leaseOfOther(rig, 'm000', 3_600);
    for (const onLease of ['wait', 'skip'] as const)
      expect(outcomes(await runWarmUp(rig, 1, { limit: 1, onLease }))).toMatchObject({ m000: 'skipped' });
    expect(startsOf(rig).at(-1)).toBe('POST m001/start 200');
  });
});
