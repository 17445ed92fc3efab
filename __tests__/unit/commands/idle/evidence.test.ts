import { LOADS, type Load } from '../../../../emulator/metrics/load.js';
import type { IdleMetrics } from '../../../../src/commands/idle/idle-metrics.js';
import { ActionError } from '../../../../src/errors.js';
import type { RangeWindow } from '../../../../src/metrics/series.js';
import type { Changed } from '../../../support/rigs/engine-rig.js';
import { type IdleWish, reasons, runStopIdle, traffic } from '../../../support/rigs/idle-rig.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

const MINUTE = 60_000;
const START = createMachinesRig({}).clock.now();
const until = (minutes: number): { load: Load } => ({
  load: { requests: (at) => (at < START - minutes * MINUTE ? 5 : 0) },
});

const FLEET = [
  { id: 'm000', behaviour: { load: LOADS.idle }, sinceMs: 600 * MINUTE },
  { id: 'm001', behaviour: { load: LOADS.idle }, sinceMs: 100 * MINUTE },
  { id: 'm002', behaviour: until(70), sinceMs: 600 * MINUTE },
  { id: 'm003', behaviour: until(10), sinceMs: 600 * MINUTE },
  { id: 'm004', behaviour: { load: LOADS.unmeasured }, sinceMs: 600 * MINUTE },
  { id: 'm005', behaviour: { load: LOADS.idle }, sinceMs: 10 * MINUTE },
  { id: 'm006', behaviour: { load: LOADS.idle }, state: 'stopped' as const },
];

const UNREADABLE: IdleMetrics = {
  signal: 'traffic',
  threshold: 0,
  read: () => Promise.reject(new ActionError('forbidden', 'query metrics: answered 403')),
};

/** Evidence about each machine, in minutes before the step. */
function evidence({ result }: Changed): Record<string, readonly (number | undefined)[]> {
  const minutes = (at: number | undefined) =>
    at === undefined ? undefined : Math.round((START - at) / MINUTE);
  return Object.fromEntries(
    result.machines.map(({ machine, evidence: it }) => [
      machine.id,
      [minutes(it?.upSince), minutes(it?.quietSince), minutes(it?.lastBusy)],
    ]),
  );
}

/** Metrics that keep the windows that are asked for. */
function watched(rig: MachinesRig, changes: Partial<IdleMetrics> = {}) {
  const windows: RangeWindow[] = [];
  const { read, ...rest } = { ...traffic(rig), ...changes };
  const metrics: IdleMetrics = {
    ...rest,
    read: (app, window, signal) => {
      windows.push(window);
      return read(app, window, signal);
    },
  };
  return { metrics, lengths: () => windows.map(({ start, end }) => (end - start) / MINUTE) };
}

describe('when machines are judged', () => {
  it('shows of each how long it is up, since when it is quiet, and when it last worked', async () => {
    const changed = await runStopIdle(createMachinesRig({ machines: FLEET }));
    expect(changed.done).toEqual(['m000', 'm001', 'm002']);
    expect(evidence(changed)).toEqual({
      m000: [600, 240, undefined],
      m001: [100, 100, undefined],
      m002: [600, 69, 69],
      m003: [600, expect.any(Number), 9],
      m004: [600, undefined, undefined],
      m005: [10, undefined, undefined],
      m006: [undefined, undefined, undefined],
    });
  });

  it('shows the same in a dry run', async () => {
    const [real, dry] = await Promise.all(
      [false, true].map((dryRun) => runStopIdle(createMachinesRig({ machines: FLEET }), { dryRun })),
    );
    expect(dry && evidence(dry)).toEqual(real && evidence(real));
  });

  it('shows it of one that could not be stopped, too', async () => {
    const faults = [{ method: 'POST', path: /stop$/, fault: { status: 403, body: { error: 'no' } } }];
    const changed = await runStopIdle(createMachinesRig({ machines: FLEET.slice(0, 1), faults }));
    expect(changed.result.machines).toMatchObject([{ outcome: 'failed' }]);
    expect(evidence(changed)).toEqual({ m000: [600, 240, undefined] });
  });

  it.each<[string, IdleWish]>([
    ['uptime alone tells', { metrics: undefined }],
    ['metrics can not be read', { metrics: UNREADABLE }],
  ])('knows only how long it is up where %s', async (_, wish) => {
    const changed = await runStopIdle(createMachinesRig({ machines: FLEET.slice(0, 1) }), wish);
    expect(evidence(changed)).toEqual({ m000: [600, undefined, undefined] });
  });
});

describe('when metrics are asked for evidence', () => {
  it('looks back further than a verdict, in the same query', async () => {
    const rig = createMachinesRig({ machines: FLEET });
    const { metrics, lengths } = watched(rig);
    await runStopIdle(rig, { metrics });
    expect(lengths()).toEqual([240]);
  });

  it('asks no more of a query whose cost nobody knows', async () => {
    const rig = createMachinesRig({ machines: FLEET });
    const { metrics, lengths } = watched(rig, { signal: 'query' });
    await runStopIdle(rig, { metrics });
    expect(lengths()).toEqual([30]);
  });

  it('judges by the window alone what came before it', async () => {
    const gone: Load = { requests: () => 5, missing: (at) => at >= START - 31 * MINUTE };
    const late: Load = { requests: () => 0, missing: (at) => at < START - 32 * MINUTE };
    const gap: Load = {
      requests: () => 0,
      missing: (at) => at > START - 90 * MINUTE && at < START - 60 * MINUTE,
    };
    const machines = [gone, late, gap].map((load, index) => ({
      id: `m00${index}`,
      behaviour: { load },
      sinceMs: 600 * MINUTE,
    }));
    const changed = await runStopIdle(createMachinesRig({ machines }));
    expect(changed.done).toEqual(['m001', 'm002']);
    expect(reasons(changed)['m000']).toMatch(/^no metrics/);
    expect(evidence(changed)).toMatchObject({ m001: [600, 30, undefined], m002: [600, 30, undefined] });
  });

  it('calls metrics that ended before the window none', async () => {
    const load: Load = { requests: () => 5, missing: (at) => at >= START - 31 * MINUTE };
    const machines = [{ id: 'm000', behaviour: { load }, sinceMs: 600 * MINUTE }];
    const { result } = await runStopIdle(createMachinesRig({ machines }));
    expect(result.warnings).toEqual([expect.stringMatching(/^No app has metrics/)]);
  });
});

describe('when the stop is announced', () => {
  it('shows the evidence beside the announcement', async () => {
    const rig = createMachinesRig({ machines: FLEET.slice(0, 1) });
    const announce = { ms: 24 * 60 * MINUTE, by: 'octo/shop/1' };
    const changed = await runStopIdle(rig, { announce });
    expect(changed.result.machines).toMatchObject([{ outcome: 'skipped', marks: [{ word: 'announced' }] }]);
    expect(evidence(changed)).toEqual({ m000: [600, 240, undefined] });
    expect(rig.fly.machine(APP, 'm000').state).toBe('started');
  });
});
