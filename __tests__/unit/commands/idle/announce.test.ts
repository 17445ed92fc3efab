import { LOADS } from '../../../../emulator/metrics/load.js';
import type { IdleMetrics } from '../../../../src/commands/idle/idle-metrics.js';
import { ActionError } from '../../../../src/errors.js';
import { restartCall } from '../../../../src/machines/api/changes.js';
import { COUNTS_NONE } from '../../../support/rigs/counts-none.js';
import { countOf, counts, leaseOfOther, outcomes } from '../../../support/rigs/engine-rig.js';
import { type IdleWish, reasons, runStopIdle, traffic } from '../../../support/rigs/idle-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2025, 0, 15, 12);
const announce = { ms: DAY, by: 'o/r/7' };
const MARK = '2025-01-15T12:00:00.000Z announced o/r/7';
const PENDING = 'announced: will be stopped after 2025-01-16T12:00:00Z unless it is busy before';
const ANEW = 'announced: will be stopped after 2025-01-17T12:00:00Z unless it is busy before';
const idle = { behaviour: { load: LOADS.idle } };
/** Requests in one minute, so many milliseconds after the beginning. */
const busyAt = (ms: number) => ({
  behaviour: { load: { requests: (at: number) => (Math.abs(at - START - ms) < MINUTE ? 5 : 0) } },
});
/** Faults of a Fly that knows a machine no more. */
const GONE = [
  { path: /machines\/m000/, fault: { status: 404, body: { error: 'machine not found' } } },
  { path: /machines$/, fault: { status: 200, body: [] } },
  COUNTS_NONE,
];
const QUERIES = 'GET /prometheus/my-org/api/v1/query_range';

const rigOf = (machines: MachinesRigOptions['machines'] = [{ id: 'm000', ...idle }], more = {}) =>
  createMachinesRig({ machines, ...more });
const run = (rig: MachinesRig, wish: IdleWish = {}) => runStopIdle(rig, { announce, ...wish });
const markOf = ({ fly }: MachinesRig, id = 'm000') => fly.machine(APP, id).config.metadata?.['marked-idle'];
const stateOf = ({ fly }: MachinesRig, id = 'm000') => fly.machine(APP, id).state;
const writes = (rig: MachinesRig) => rig.asked().filter((line) => line.includes('/metadata/'));

/** A rig whose machines were announced at its beginning, so many milliseconds ago. */
async function announced(rig: MachinesRig, ago: number = DAY): Promise<MachinesRig> {
  await run(rig);
  await rig.clock.advance(ago);
  return rig;
}

describe('when a machine is found idle for the first time', () => {
  it('is marked, and left running with the reason', async () => {
    const rig = rigOf([
      { id: 'm000', ...idle },
      { id: 'm001', behaviour: { load: LOADS.busy } },
    ]);
    const { result } = await run(rig);
    expect(result.machines).toMatchObject([
      { outcome: 'skipped', reason: PENDING, marks: [{ name: 'idle', word: 'announced', by: 'o/r/7' }] },
      { outcome: 'skipped', reason: 'busy: up to 1 request at once' },
    ]);
    expect([markOf(rig), markOf(rig, 'm001')]).toEqual([MARK, undefined]);
    expect(counts(rig)).toEqual({ 'GET machines': 1, [QUERIES]: 1, 'POST metadata/marked-idle': 1 });
    expect(result.line).toBe(
      'stopped 0, already down 0, skipped 2, failed 0 of 2 in my-app; announced 1; at least 0.5 machine-hours were running idle',
    );
    expect(result.idleHours).toBe(0.5);
  });

  it('is told of in a dry run, and not marked', async () => {
    const rig = rigOf();
    const { result } = await run(rig, { dryRun: true });
    expect(result.machines).toMatchObject([{ outcome: 'skipped', reason: 'dry run: would announce' }]);
    for (const it of ['wouldChange', 'marks']) expect(result.machines[0]).not.toHaveProperty(it);
    expect(result).toMatchObject({ line: expect.stringContaining('; would announce 1;'), idleHours: 0.5 });
    expect(writes(rig)).toEqual([]);
  });

  it('is not marked where enough machines have to stay, and in spite of a limit', async () => {
    const rig = rigOf(['m000', 'm001', 'm002', 'm003'].map((id) => ({ id, ...idle })));
    const changed = await run(rig, { keeps: [{ per: 'app', least: 2 }], limit: 1 });
    const kept = 'kept: 2 started at least per app';
    expect(reasons(changed)).toEqual({ m000: PENDING, m001: PENDING, m002: kept, m003: kept });
  });

  it('is not marked where the token may not stop it', async () => {
    const rig = rigOf();
    const forbids = () => new ActionError('forbidden', 'The token may not stop this machine');
    expect(outcomes(await run(rig, { forbids }))).toEqual({ m000: 'failed' });
    expect(writes(rig)).toEqual([]);
  });
});

describe('when a machine was announced', () => {
  it('is left running until it is due, without another word', async () => {
    const rig = await announced(rigOf(), DAY - 1);
    expect(reasons(await run(rig))).toEqual({ m000: PENDING });
    expect([writes(rig).length, countOf(rig, QUERIES)]).toEqual([1, 2]);
  });

  it('is stopped once it is due, after one more query', async () => {
    const rig = await announced(rigOf());
    const { result } = await run(rig);
    expect(result.machines).toMatchObject([{ outcome: 'changed' }]);
    expect([stateOf(rig), markOf(rig), countOf(rig, QUERIES)]).toEqual(['stopped', undefined, 3]);
    const asked = rig.fly.requests.filter(({ path }) => path.includes('query_range')).at(-1)?.path ?? '';
    const query = new URLSearchParams(asked.split('?')[1]);
    expect([query.get('start'), query.get('step')]).toEqual([String(START / 1_000), '120']);
  });

  it.each(['updates', 'event'] as const)('is not taken for changed by that: %s', async (metadataWrite) => {
    const rig = await announced(rigOf(undefined, { settings: { metadataWrite } }), 10 * MINUTE);
    expect(reasons(await run(rig))).toEqual({ m000: PENDING });
    await rig.clock.advance(DAY);
    expect(outcomes(await run(rig, { idleFor: 48 * HOUR, metrics: undefined }))).toEqual({ m000: 'skipped' });
    expect(outcomes(await run(rig))).toEqual({ m000: 'changed' });
  });

  it.each([
    ['busy in between', HOUR, ANEW, false],
    ['busy before', -2 * HOUR, 'mark idle taken off', true],
  ])('counts what it did since: %s', async (_, when, reason, isStopped) => {
    const rig = await announced(rigOf([{ id: 'm000', ...busyAt(when), sinceMs: 3 * HOUR }]));
    expect(reasons(await run(rig))).toEqual({ m000: reason });
    expect(stateOf(rig) === 'stopped').toBe(isStopped);
    if (!isStopped) expect(markOf(rig)).toBe(MARK.replace('15T', '16T'));
  });

  it('counts for each machine what it did since its own announcement', async () => {
    const rig = rigOf([
      { id: 'm000', ...idle },
      { id: 'm001', ...busyAt(2 * HOUR) },
    ]);
    const metadata = (at: string) => ({ 'marked-idle': `2025-01-15T${at}Z announced o/r/7` });
    const [first, second] = [rig.fly.machine(APP, 'm000'), rig.fly.machine(APP, 'm001')];
    first.config = { ...first.config, metadata: metadata('12:00:00') };
    second.config = { ...second.config, metadata: metadata('15:00:00') };
    await rig.clock.advance(2 * DAY);
    rig.begin();
    expect(outcomes(await run(rig))).toEqual({ m000: 'changed', m001: 'changed' });
  });

  it('goes by the next idleness where it has been started anew', async () => {
    const rig = await announced(rigOf(), 20 * HOUR);
    const restart = restartCall({ app: APP, id: 'm000' }, {});
    await rig.clock.run(rig.client.change(restart, new AbortController().signal));
    await rig.clock.advance(4 * HOUR);
    expect(reasons(await run(rig))).toEqual({
      m000: expect.stringMatching(/^announced: will be stopped after 2025-01-17/),
    });
  });

  it('is no worse for metrics that do not reach back', async () => {
    const load = { requests: () => 0, missing: (at: number) => at < START + 20 * HOUR && at > START };
    const rig = await announced(rigOf([{ id: 'm000', behaviour: { load } }]));
    expect(outcomes(await run(rig))).toEqual({ m000: 'changed' });
  });

  it('is left running as it is where metrics can not be read', async () => {
    const rig = await announced(rigOf());
    const known = traffic(rig);
    const error = new ActionError('forbidden', 'query metrics: answered 403');
    const read: IdleMetrics['read'] = (app, window, signal) =>
      window.stepMs === 2 * MINUTE ? Promise.reject(error) : known.read(app, window, signal);
    const changed = await run(rig, { metrics: { ...known, read } });
    expect(reasons(changed)).toEqual({ m000: "metrics can't be read (forbidden)" });
    expect(changed.result.failures).toEqual([{ app: APP, error }]);
    expect([stateOf(rig), writes(rig).length]).toEqual(['started', 1]);
  });

  it('goes by its start alone where uptime alone tells', async () => {
    const rig = await announced(rigOf([{ id: 'm000', ...busyAt(HOUR) }]));
    expect(outcomes(await run(rig, { metrics: undefined }))).toEqual({ m000: 'changed' });
  });

  it('is left running where the announcement is gone right before the stop', async () => {
    const rig = await announced(rigOf());
    const known = traffic(rig);
    const read: IdleMetrics['read'] = (...asked) => {
      const machine = rig.fly.machine(APP, 'm000');
      machine.config = { ...machine.config, metadata: {} };
      return known.read(...asked);
    };
    const changed = await run(rig, { metrics: { ...known, read } });
    expect(reasons(changed)).toEqual({ m000: 'its announcement holds no more' });
  });

  it('counts only stops by the limit', async () => {
    const rig = await announced(rigOf(['m000', 'm001'].map((id) => ({ id, ...idle }))));
    expect(reasons(await run(rig, { limit: 1 }))).toEqual({
      m000: 'mark idle taken off',
      m001: 'limit of 1 reached',
    });
  });
});

describe('when an announcement can not be written', () => {
  const three = ['m000', 'm001', 'm002'].map((id) => ({ id, ...idle }));
  const path = /\/m000\/metadata\//;

  it('fails that machine alone, even beyond a limit', async () => {
    const faults = [{ path, fault: { status: 400 } }];
    const rig = rigOf(three, { faults });
    const changed = await run(rig, { limit: 1 });
    expect(outcomes(changed)).toEqual({ m000: 'failed', m001: 'skipped', m002: 'skipped' });
    expect(changed.result.machines[0]?.error?.message).toContain('set metadata marked-idle of machine m000');
    expect(stateOf(rig)).toBe('started');
    expect(changed.result.idleHours).toBe(1.5);
  });

  it('asks no more once the token is refused', async () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ id: `m${String(at).padStart(3, '0')}`, ...idle }));
    const faults = [{ path: /\/metadata\//, fault: { status: 403 } }];
    const rig = rigOf(many, { faults });
    const { result } = await run(rig);
    expect(result.machines.every(({ error }) => error?.class === 'forbidden')).toBe(true);
    expect(result.machines.at(-1)?.error?.message).toBe('the token may not write metadata in my-app');
    expect(writes(rig)).toHaveLength(10);
  });

  it('fails what does not answer in time', async () => {
    const faults = [{ path, fault: 'hang' as const }];
    const rig = rigOf(three, { faults });
    const { result } = await run(rig);
    expect(result.machines[0]?.error).toMatchObject({
      class: 'timeout',
      message: 'set metadata marked-idle of machine m000: no answer within 15 s',
    });
  });

  it('announces nothing more after a failure that halts the step', async () => {
    const rig = rigOf(three, { faults: [{ path: '/prometheus', fault: { status: 403 } }] });
    const otherwise = { ...traffic(rig), read: async () => [] };
    const { result } = await run(rig, { apps: [APP, 'no-app'], halts: true, metrics: otherwise });
    expect(result.machines.every(({ outcome }) => outcome === 'skipped')).toBe(true);
    expect(writes(rig)).toEqual([]);
  });

  it.each<[string, (rig: MachinesRig) => void, RegExp]>([
    ['is gone', ({ fly }) => void fly.faults.push(...GONE), /^gone: another client/],
    ['is leased', (rig) => leaseOfOther(rig, 'm000', 600), /^not announced: .*lease/],
  ])('leaves alone what %s meanwhile', async (_, change, reason) => {
    const rig = rigOf(three, { settings: { metadataLease: 'respected' } });
    const known = traffic(rig);
    const read: IdleMetrics['read'] = (...asked) => {
      change(rig);
      return known.read(...asked);
    };
    const { result } = await run(rig, { metrics: { ...known, read } });
    expect(result.machines).toMatchObject([
      { outcome: 'skipped', reason: expect.stringMatching(reason) },
      { outcome: 'skipped', reason: PENDING },
      { outcome: 'skipped', reason: PENDING },
    ]);
  });
});
