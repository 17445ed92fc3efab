import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { selector } from '../../../support/machines.js';
import { countOf, counts, leaseOfOther, many, only, run } from '../../../support/rigs/engine-rig.js';
import { kept } from '../../../support/rigs/kept.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

const LEASE = { lease: 'fly-machines-action 7' } as const;
const MEANWHILE = { outcome: 'unchanged', state: 'started', reason: 'became started meanwhile' };

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: [{ id: 'm000', state: 'stopped', ...spec }], ...options });
}

/** Somebody else starts the machine after so long. */
function startedByOther(rig: MachinesRig, id: string, ms: number): void {
  void rig.clock.sleep(ms).then(() => {
    const machine = rig.fly.machine(APP, id);
    machine.state = 'started';
    for (const watcher of machine.watchers) watcher();
  });
}

/** A keeper, and what it told at the end. */
describe('when a deploy does under its lease what a step is about to do', () => {
  it.each([LEASE, {}])('is nothing that the step changed, or that is to be put back: %j', async (lease) => {
    const rig = rigOf();
    leaseOfOther(rig, 'm000', 20);
    startedByOther(rig, 'm000', 10_000);
    const { keeper, closed } = kept();
    expect(only(await run(rig, 'start', { ...lease, keeper }))).toMatchObject(MEANWHILE);
    expect(rig.asked()).not.toContain('POST m000/start 200');
    expect(closed).toEqual([[]]);
  });

  it.each([LEASE, {}])('is waited for where it is still on its way: %j', async (lease) => {
    const rig = rigOf();
    leaseOfOther(rig, 'm000', 3_600);
    void rig.clock.sleep(10_000).then(() => {
      rig.fly.machine(APP, 'm000').state = 'starting';
      rig.fly.machine(APP, 'm000').lease = undefined;
    });
    startedByOther(rig, 'm000', 30_000);
    expect(only(await run(rig, 'start', lease))).toMatchObject(MEANWHILE);
    expect(rig.deadline.elapsed).toBe(30_000);
  });

  it('says in what state it was seen where nothing is waited for', async () => {
    const rig = rigOf();
    leaseOfOther(rig, 'm000', 20);
    startedByOther(rig, 'm000', 10_000);
    expect(only(await run(rig, 'start', { wait: false }))).toMatchObject(MEANWHILE);
  });

  it('is not asked for where Fly calls the machine still active', async () => {
    const rig = rigOf({}, { settings: { startOnStarted: 'still-active', latencyMs: 500 } });
    // After the list, before the request.
    startedByOther(rig, 'm000', 250);
    const { keeper, closed } = kept();
    expect(only(await run(rig, 'start', { keeper }))).toMatchObject(MEANWHILE);
    expect([countOf(rig, 'POST start'), closed]).toEqual([1, [[]]]);
  });

  it('is not taken for ours where only the reading before the request failed', async () => {
    const rig = rigOf({}, { faults: [{ method: 'GET', path: /m000$/, times: 5, fault: { status: 503 } }] });
    startedByOther(rig, 'm000', 2_000);
    const { keeper, closed } = kept();
    expect(only(await run(rig, 'start', { ...LEASE, keeper }))).toMatchObject(MEANWHILE);
    expect([countOf(rig, 'POST start'), closed]).toEqual([0, [[]]]);
  });

  it('is told of a cordon by its name', async () => {
    const rig = rigOf({ state: 'started' });
    leaseOfOther(rig, 'm000', 20);
    void rig.clock.sleep(10_000).then(() => {
      rig.fly.machine(APP, 'm000').cordoned = true;
    });
    expect(only(await run(rig, 'cordon')).reason).toBe('became cordoned meanwhile');
  });
});

describe('when an answer was lost and Fly refuses what comes after', () => {
  it('counts what came about as the step’s own', async () => {
    const rig = rigOf({}, { faults: [{ path: /start$/, times: 1, fault: 'reset' }] });
    startedByOther(rig, 'm000', 500);
    const { keeper, closed } = kept();
    expect(only(await run(rig, 'start', { keeper }))).toMatchObject({ outcome: 'changed' });
    expect(closed).toEqual([[expect.objectContaining({ left: 'started' })]]);
  });
});

describe('when the turn of a machine comes late', () => {
  it.each([
    [1_900, { 'GET machines': 1, 'POST start': 2, 'GET machine': 2, 'GET wait': 2 }, 'changed'],
    [2_100, { 'GET machines': 1, 'POST start': 1, 'GET machine': 3, 'GET wait': 2 }, 'unchanged'],
  ] as const)('is read once more where it took %i ms', async (ms, asked, outcome) => {
    const rig = createMachinesRig({
      machines: many(2),
      maxConcurrent: 1,
      around: (inner) => async (request) => {
        if (/m000\/start$/.test(request.url.pathname)) await rig.clock.sleep(ms, request.signal);
        return inner(request);
      },
    });
    startedByOther(rig, 'm001', 1_000);
    const { result } = await run(rig, 'start');
    expect(result.machines.map((it) => it.outcome)).toEqual(['changed', outcome]);
    expect(counts(rig)).toEqual(asked);
  });
});

describe('when the list of another app takes long', () => {
  it('looks again at what was listed before, and not at the rest', async () => {
    const rig = createMachinesRig({
      machines: many(1),
      otherApps: [{ name: 'other', machines: [{ id: 'x1', state: 'stopped' }] }],
      around: (inner) => async (request) => {
        if (/other\/machines$/.test(request.url.pathname)) await rig.clock.sleep(20_000, request.signal);
        return inner(request);
      },
    });
    startedByOther(rig, 'm000', 10_000);
    const { keeper, closed } = kept();
    const { result } = await run(rig, 'start', { keeper, apps: [APP, 'other'] });
    expect(result.machines).toMatchObject([MEANWHILE, { outcome: 'changed' }]);
    expect(closed).toEqual([[expect.objectContaining({ id: 'x1' })]]);
    expect(rig.asked().filter((line) => /(m000|x1)( |\/start)/.test(line))).toEqual([
      expect.stringContaining('GET m000 '),
      expect.stringContaining('POST /v1/apps/other/machines/x1/start '),
      // What reads both back.
      expect.stringContaining('GET m000 '),
      expect.stringContaining('GET /v1/apps/other/machines/x1 '),
    ]);
  });
});

describe('when the answer to a stop is lost and the machine destroys itself', () => {
  it('is done once the machine is gone', async () => {
    const rig = createMachinesRig({
      machines: [{ id: 'm000', state: 'started', config: { auto_destroy: true } }],
      faults: [
        { path: /stop$/, fault: 'reset', afterEffect: true },
        { path: /m000/, from: 2, fault: { status: 404, body: { error: 'machine not found' } } },
      ],
    });
    const wish = { selector: selector({ machines: ['m000'] }) };
    expect(only(await run(rig, 'stop', wish))).toMatchObject({ outcome: 'changed', state: 'destroyed' });
    expect(countOf(rig, 'POST stop')).toBe(1);
  });
});

describe('when a stop with restore drops snapshots', () => {
  const machines = many(3, (index) => ({ state: index === 1 ? 'started' : 'suspended' }));
  const wish = { restores: true, selector: selector({ machines: 'all', exclude: ['m002'] }) };

  it.each([true, false])('warns of it, dry run: %s', async (dryRun) => {
    const { result } = await run(createMachinesRig({ machines }), 'stop', { ...wish, dryRun });
    expect(result.warnings).toEqual([
      expect.stringMatching(/^m000 \([^)]+\): suspended, and a stop drops the snapshot.*`state: started`\.$/),
    ]);
  });

  it('does not without restore, nor of a start', async () => {
    const stopped = await run(createMachinesRig({ machines }), 'stop', { ...wish, restores: false });
    const started = await run(createMachinesRig({ machines }), 'start', wish);
    expect([...stopped.result.warnings, ...started.result.warnings]).toEqual([]);
  });
});
