import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { type HoursPlan, hours } from '../../../../src/commands/hours/hours.js';
import { selector } from '../../../support/machines.js';
import {
  type Changed,
  choiceOf,
  countOf,
  counts,
  follow,
  leaseOfOther,
  outcomes,
  rigWithToken,
  type Wish,
} from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

/** Rigs begin at noon of this Wednesday; their machines have been in their states for an hour. */
const WITHIN = '2025-01-15T11:30:00Z/2025-01-15T20:00:00Z';
const OUTSIDE = '2025-01-15T08:00:00Z/2025-01-15T11:30:00Z,2025-01-16T08:00:00Z/2025-01-16T18:00:00Z';
const IN = 'within its hours since 2025-01-15T11:30:00Z until 2025-01-15T20:00:00Z';
const OUT = 'outside its hours since 2025-01-15T11:30:00Z until 2025-01-16T08:00:00Z';
const MARKED = { 'marked-hours': '2025-01-14T18:00:00.000Z stopped acme/ops/1' };

const within = (more: Readonly<Record<string, string>> = {}) => ({ metadata: { hours: WITHIN, ...more } });
const outside = (more: Readonly<Record<string, string>> = {}) => ({ metadata: { hours: OUTSIDE, ...more } });
const down = { state: 'stopped' as const };

type HoursWish = Omit<Wish, 'keeper'> & Partial<Pick<HoursPlan, 'action' | 'defaultHours'>>;

/** Runs `hours` over all machines unless told. */
function runHours(rig: MachinesRig, wish: HoursWish = {}): Promise<Changed> {
  const { action = 'stop', defaultHours, wait = true, wishes = {}, timeout } = wish;
  const now = () => rig.clock.now();
  const plan: HoursPlan = {
    choice: choiceOf({ selector: selector(), ...wish }),
    options: { wishes, wait, onLease: 'skip', lease: undefined },
    ...{ timeout, keepAlive: undefined, restores: false, action, defaultHours, now },
    mark: { name: 'hours', by: 'acme/ops/2', now },
  };
  return follow(rig, (tools) => hours(plan, tools));
}

const rigOf = (...machines: readonly MachineSpec[]) =>
  createMachinesRig({ machines: machines.map((it, at) => ({ id: `m00${at}`, ...it })) });

const reasons = ({ result }: Changed) =>
  Object.fromEntries(result.machines.map(({ machine, reason }) => [machine.id, reason]));
const states = (rig: MachinesRig) => rig.fly.machines(APP).map(({ state }) => state);
const markOf = (rig: MachinesRig, id = 'm000') => rig.fly.machine(APP, id).config.metadata?.['marked-hours'];
const changing = (rig: MachinesRig) => rig.asked().filter((line) => !line.startsWith('GET '));

const FLEET: readonly MachineSpec[] = [
  { ...outside() },
  { ...down, ...within(MARKED) },
  { ...within() },
  { ...within(MARKED) },
  { ...down, ...within() },
  { ...down, ...outside(MARKED) },
  { ...outside(), sinceMs: 60_000 },
  { ...outside({ 'keep-alive': 'true' }) },
  {},
  { metadata: { hours: 'Mon-Fry 08:00-18:00 UTC' } },
];

describe('when machines are in and out of their hours', () => {
  it('brings each to where it belongs, and says of each why and until when', async () => {
    const rig = rigOf(...FLEET);
    const changed = await runHours(rig);
    expect(reasons(changed)).toEqual({
      m000: OUT,
      m001: `mark hours taken off; ${IN}`,
      m002: IN,
      m003: `mark hours taken off; ${IN}`,
      m004: `stopped, but not by \`hours\`; ${IN}`,
      m005: `already stopped; ${OUT}`,
      m006: `woken by a deploy at 2025-01-15T11:59:00Z, stays up until 2025-01-16T18:00:00Z; ${OUT}`,
      m007: `keep-alive is set in its metadata; ${OUT}`,
      m008: 'no `hours` in its metadata',
      m009: expect.stringMatching(/^its hours can't be read: /),
    });
    expect(changed.result.line).toBe(
      'started 1, stopped 1, already as it should be 3, skipped 5, failed 0 of 10 in my-app',
    );
    expect(states(rig).slice(0, 2)).toEqual(['stopped', 'started']);
    expect(markOf(rig)).toMatch(/^2025-01-15T12:00:00.\d{3}Z stopped acme\/ops\/2$/);
    expect(['m001', 'm003'].map((id) => markOf(rig, id))).toEqual([undefined, undefined]);
    expect(markOf(rig, 'm005')).toBe(MARKED['marked-hours']);
    const row = { app: APP, size: 'shared-cpu-1x 256 MB', machines: 1 };
    expect(changed.result.accounts).toEqual([
      { state: 'down until the next edge', rows: [{ ...row, hours: expect.closeTo(20, 1) }] },
      { state: 'up until the next edge', rows: [{ ...row, hours: expect.closeTo(8, 1) }] },
    ]);
  });

  it('has nothing left to do a moment later, and then asks for the list alone', async () => {
    const rig = rigOf(...FLEET);
    await runHours(rig);
    const before = rig.asked().length;
    const { result, done } = await runHours(rig);
    expect([done, rig.asked().slice(before)]).toEqual([[], ['GET machines?include_leases=true 200']]);
    expect(result.line).toMatch(/^started 0, stopped 0, already as it should be 5, skipped 5, /);
  });

  it('shows the same table in a dry run, and sends nothing that changes', async () => {
    const rig = rigOf(...FLEET);
    const changed = await runHours(rig, { dryRun: true });
    expect(reasons(changed)).toMatchObject({
      m000: `dry run: would stop; ${OUT}`,
      m001: `dry run: would start; ${IN}`,
      m003: IN,
    });
    expect(changed.result.line).toBe(
      'dry run: would start 1, would stop 1, already as it should be 3, skipped 5, failed 0 of 10 in my-app',
    );
    expect(changing(rig)).toEqual([]);
  });

  it('warns once of hours that can not be read, with a line for each text', async () => {
    const bad = (text: string) => ({ metadata: { hours: text } });
    const rig = rigOf(bad('Mon-Fry 08:00-18:00 UTC'), bad(''), bad(''), {
      ...bad('x'),
      processGroup: 'fly_app_console',
    });
    const { result } = await runHours(rig, { defaultHours: OUTSIDE });
    expect(result.warnings).toEqual([
      expect.stringMatching(
        /^Machines whose hours can't be read are left alone:\n"Mon-Fry 08:00-18:00 UTC" of m000 in my-app: .*\n"" of m001 in my-app, m002 in my-app: .*$/,
      ),
    ]);
    expect(states(rig)).toEqual(Array(4).fill('started'));
  });

  it('tells of a mark of another form, and wakes what bears it', async () => {
    const rig = rigOf({ ...down, ...within({ 'marked-hours': 'x' }) }, { ...down, ...within(MARKED) });
    const { result } = await runHours(rig);
    expect([states(rig), result.notices]).toEqual([
      ['started', 'started'],
      ['The mark `hours` of m000 is of another form; it counts as one of what was put down.'],
    ]);
  });

  it('goes by the default hours where a machine has none', async () => {
    const rig = rigOf({}, within());
    const changed = await runHours(rig, { defaultHours: OUTSIDE });
    expect(outcomes(changed)).toEqual({ m000: 'changed', m001: 'unchanged' });
    expect(reasons(changed)['m000']).toMatch(/^outside the default hours since /);
  });

  it.each([
    [1, { m000: 'changed', m001: 'skipped' }],
    [2, { m000: 'changed', m001: 'changed' }],
  ])('counts both ways for a limit of %d', async (limit, expected) => {
    const changed = await runHours(rigOf(outside(), { ...down, ...within(MARKED) }), { limit });
    expect(outcomes(changed)).toEqual(expected);
  });

  it('leaves alone what is excluded', async () => {
    const rig = rigOf(outside(), outside());
    const changed = await runHours(rig, { selector: selector({ exclude: ['m000'] }) });
    expect(reasons(changed)['m000']).toBe(`excluded by m000; ${OUT}`);
    expect(states(rig)).toEqual(['started', 'stopped']);
  });
});

describe('when a machine has been woken since its hours ended', () => {
  const wokenIn = async (wake: (rig: MachinesRig) => void) => {
    const rig = rigOf({ ...down, ...outside() });
    wake(rig);
    await rig.clock.advance(20_000);
    return { rig, changed: await runHours(rig) };
  };

  it.each<[string, (rig: MachinesRig) => void, string]>([
    ['a request', ({ fly }) => void fly.visitMachine(APP, 'm000'), 'a request'],
    ['a person', ({ fly }) => void fly.person(APP, 'm000', 'start', 'jo'), 'another client'],
    ['its host', ({ fly }) => void fly.startByHost(APP, 'm000'), 'Fly'],
    ['a deploy', ({ fly }) => void fly.beginDeploy(APP).update('m000'), 'a deploy'],
  ])('stays up where %s did it, and says until when', async (_, wake, who) => {
    const { rig, changed } = await wokenIn(wake);
    expect(reasons(changed)['m000']).toMatch(
      new RegExp(
        `^woken by ${who} at 2025-01-15T12:00:\\d\\dZ, stays up until 2025-01-16T18:00:00Z; outside `,
      ),
    );
    expect([states(rig), changing(rig)]).toEqual([['started'], []]);
  });

  it('is put down after a restart, which wakes nobody', async () => {
    const rig = createMachinesRig({
      machines: [{ id: 'm000', ...outside() }],
      settings: { restartStarts: 'once' },
    });
    rig.fly.person(APP, 'm000', 'restart', 'jo');
    await rig.clock.advance(20_000);
    expect(outcomes(await runHours(rig))).toEqual({ m000: 'changed' });
  });

  it('is put down after a crash, which wakes nobody', async () => {
    const rig = rigOf(outside());
    rig.fly.endMachine(APP, 'm000', { exitCode: 1 });
    await rig.clock.advance(20_000);
    expect(outcomes(await runHours(rig))).toEqual({ m000: 'changed' });
  });
});

describe('when something changes between the list and the request', () => {
  /** Changes the world as soon as the list has been read. */
  function changedMeanwhile(spec: MachineSpec, change: (rig: MachinesRig) => void): MachinesRig {
    let isDone = false;
    const rig: MachinesRig = createMachinesRig({
      machines: [{ id: 'm000', ...spec }],
      around: (inner) => async (request) => {
        const answer = await inner(request);
        if (!isDone && request.url.pathname.endsWith('/machines')) {
          isDone = true;
          change(rig);
        }
        return answer;
      },
    });
    return rig;
  }
  const inState =
    (state: 'stopped' | 'suspended') =>
    ({ fly }: MachinesRig) => {
      fly.machine(APP, 'm000').state = state;
    };
  const withMetadata =
    (metadata: Record<string, string>) =>
    ({ fly }: MachinesRig) => {
      const machine = fly.machine(APP, 'm000');
      machine.config = { ...machine.config, metadata: { ...machine.config.metadata, ...metadata } };
    };

  it.each<[string, MachineSpec, (rig: MachinesRig) => void, string, RegExp]>([
    ['is held', outside(), withMetadata({ 'keep-alive': 'yes' }), 'skipped', /^keep-alive is set/],
    ['has other hours', outside(), withMetadata({ hours: WITHIN }), 'unchanged', /^within its hours/],
    ['loses its hours', outside(), withMetadata({ hours: '' }), 'skipped', /^its hours can't be read/],
    ['is stopped', outside(), inState('stopped'), 'unchanged', /^became stopped meanwhile; outside/],
    ['is suspended', outside(), inState('suspended'), 'unchanged', /^already suspended; outside/],
    [
      'loses its mark',
      { ...down, ...within(MARKED) },
      withMetadata({ 'marked-hours': '2025-01-14T18:00:00Z announced a/b/1' }),
      'skipped',
      /^stopped, but not by/,
    ],
    [
      'leaves its hours',
      { ...down, ...within(MARKED) },
      withMetadata({ hours: OUTSIDE }),
      'unchanged',
      /^already stopped; outside/,
    ],
  ])('judges a machine anew that %s', async (_, spec, change, outcome, reason) => {
    const rig = changedMeanwhile(spec, change);
    const changed = await runHours(rig);
    expect(outcomes(changed)).toEqual({ m000: outcome });
    expect(reasons(changed)['m000']).toMatch(reason);
    expect(changing(rig)).toEqual([]);
  });

  it('leaves alone what was woken meanwhile', async () => {
    const rig = changedMeanwhile(outside(), ({ fly, clock }) => {
      const machine = fly.machine(APP, 'm000');
      const at = clock.now() - 1000;
      const event = { id: 'e', source: 'flyd' as const, timestamp: at };
      machine.events.unshift(
        { ...event, type: 'start', status: 'started' },
        { ...event, type: 'start', status: 'starting', source: 'proxy' },
        { ...event, type: 'suspend', status: 'suspended' },
      );
    });
    expect(reasons(await runHours(rig))['m000']).toMatch(/^woken by a request at 2025-01-15T11:59:59Z/);
  });
});

describe('when another client holds a lease', () => {
  it('leaves the machine up, and waits for the lease on the way up', async () => {
    const rig = rigOf(outside(), { ...down, ...within(MARKED) });
    for (const id of ['m000', 'm001']) leaseOfOther(rig, id, 30);
    const changed = await runHours(rig);
    expect(outcomes(changed)).toEqual({ m000: 'skipped', m001: 'changed' });
    expect(reasons(changed)['m000']).toMatch(/^lease held by somebody@tokens\.fly\.io until .*; outside/);
  });
});

describe('when machines are put down in other ways', () => {
  it('suspends them, stops what can not be, and counts that', async () => {
    const rig = rigOf(
      outside(),
      { ...outside(), behaviour: { suspend: 'refused' } },
      {
        state: 'suspended',
        ...within(MARKED),
      },
    );
    const changed = await runHours(rig, { action: 'suspend', wishes: { fallback: 'stop' } });
    expect(states(rig)).toEqual(['suspended', 'stopped', 'started']);
    expect(changed.result.line).toBe(
      'started 1, suspended 1, stopped instead 1, already as it should be 0, failed 0 of 3 in my-app',
    );
    expect(markOf(rig)).toContain(' suspended ');
  });

  it('asks and waits for nothing further where that is not wished', async () => {
    const rig = rigOf(outside(), { ...down, ...within(MARKED) });
    const { result } = await runHours(rig, { wait: false });
    expect(result.line).toMatch(/^started 0, stopped 0, requested 2, /);
  });

  it('takes the longest kill timeout of what it puts down, and none of what it starts', async () => {
    const kill = (timeout: string) => ({ config: { stop_config: { timeout } } });
    const rig = rigOf({ ...outside(), ...kill('10m') }, { ...down, ...within(MARKED), ...kill('2h') });
    await runHours(rig);
    expect(rig.deadline.left).toBeGreaterThan(10 * 60_000);
    expect(rig.deadline.left).toBeLessThan(30 * 60_000);
  });

  it('warns of the autostart of what it puts down, and not of the autostop of what it starts', async () => {
    const services = [{ autostart: true, autostop: 'stop' as const }];
    const rig = rigOf(
      { ...outside(), config: { services } },
      { ...down, ...within(MARKED), config: { services } },
    );
    const { result } = await runHours(rig);
    expect(result.standing).toEqual([expect.stringMatching(/^m000 \([^)]*\): `autostart` is on/)]);
  });

  it('leaves up what it can not mark', async () => {
    const fault = { method: 'POST', path: /metadata/, fault: { status: 403, body: { error: 'no' } } };
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...outside() }], faults: [fault] });
    expect(outcomes(await runHours(rig))).toEqual({ m000: 'failed' });
    expect(countOf(rig, 'POST stop')).toBe(0);
  });

  it('counts as its own what it did though the answer was lost', async () => {
    const faults = [{ path: /(stop|start)$/, times: 2, fault: 'reset' as const, afterEffect: true }];
    const machines = [
      { id: 'm000', ...outside() },
      { id: 'm001', ...down, ...within(MARKED) },
    ];
    const rig = createMachinesRig({ machines, faults });
    expect(outcomes(await runHours(rig))).toEqual({ m000: 'changed', m001: 'changed' });
    expect([countOf(rig, 'POST stop'), countOf(rig, 'POST start')]).toEqual([1, 1]);
  });
});

describe('when it goes over an organization', () => {
  const otherApps = [
    { name: 'other', machines: [{ id: 'm100', ...outside() }] },
    { name: 'db', machines: [{ id: 'm200', ...outside(), config: { image: 'flyio/postgres-flex:15' } }] },
  ];
  const machines = [{ id: 'm000', ...outside() }];

  it('goes without bounds by the hours of the machines alone, lists each app once, and spares databases', async () => {
    const rig = createMachinesRig({ machines, otherApps });
    const changed = await runHours(rig, { org: 'my-org', apps: [] });
    expect(outcomes(changed)).toEqual({ m000: 'changed', m100: 'changed', m200: 'skipped' });
    expect(reasons(changed)['m200']).toBe(`a node of unmanaged Postgres; ${OUT}`);
    expect(countOf(rig, 'GET machines')).toBe(1);
  });

  it('wants bounds where all others have default hours', async () => {
    const rig = createMachinesRig({ machines, otherApps });
    const wish = { org: 'my-org', apps: [], defaultHours: OUTSIDE };
    await expect(runHours(rig, wish)).rejects.toMatchObject({
      message: expect.stringContaining('This would start or stop everything'),
    });
    expect(outcomes(await runHours(rig, { ...wish, limit: 1 }))).toMatchObject({ m100: 'skipped' });
  });
});

it('needs no more than the list for machines without hours', async () => {
  const rig = rigOf({}, {});
  const { result } = await runHours(rig);
  expect(counts(rig)).toEqual({ 'GET machines': 1 });
  expect(result.notices).toEqual(['Nothing to start or stop: 2 machines selected, all left alone.']);
});

it('fails the step where the token may not start', async () => {
  const rig = rigWithToken({ actions: 'r' }, { machines: [{ id: 'm000', ...down, ...within(MARKED) }] });
  expect(outcomes(await runHours(rig))).toEqual({ m000: 'failed' });
});
