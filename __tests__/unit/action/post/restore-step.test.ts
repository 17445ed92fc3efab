import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostShell } from '../../../../src/action/post/post-shell.js';
import type { CommandName } from '../../../../src/command-table.js';
import { parseBundle } from '../../../../src/macaroon/bundle.js';
import { caveatsNamed } from '../../../../src/macaroon/caveats.js';
import { fakeRunner } from '../../../support/fakes/fake-shell.js';
import { flyTransport } from '../../../support/fakes/fly-transport.js';
import { runPost } from '../../../support/rigs/post-run.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';
import { FILE_MODES, itWhere, PRIVATE_MODE } from '../../../support/where.js';

const APP = 'my-app';
const ONE = { machines: 'm1', restore: 'true' };
const rigs: StepRig[] = [];

afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

function rigWith(options: Parameters<typeof createStepRig>[0]): StepRig {
  const rig = createStepRig(options);
  rigs.push(rig);
  return rig;
}

const stopped = (): StepRig => rigWith({ machines: [{ id: 'm1', name: 'worker', state: 'stopped' }] });

const openSession = (rig: StepRig) => rig.step('auth', { token: rig.fly.mintToken({ app: APP }), app: APP });

const own = ({ temp }: StepRig) => readdirSync(temp).filter((name) => name.includes('restore'));
/** Whom the copy of a token in a file is for. */
function machinesOf(text: string): string[] {
  const { token }: { token: string } = JSON.parse(text);
  const caveats = parseBundle(token).permissions.flatMap(({ macaroon }) => macaroon.caveats);
  return caveatsNamed(caveats, 'Machines').flatMap(({ body }) => [...body.machines.keys()]);
}
const sessions = ({ temp }: StepRig) => readdirSync(temp).filter((name) => name.includes('session'));

describe('when a step has changed machines', () => {
  it('puts them back under the job’s session, long after its discharge has ended', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    expect(step.succeeded).toBe(true);
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
    await rig.clock.advance(3_600_000);
    const { log, runner } = await runPost(rig, step);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
    expect(log.said('warning')).toEqual([]);
    expect(log.said('info').at(-1)).toMatch(/^put back: stopped 1, failed 0 of 1 in my-app, /);
    expect(log.said('info').join('\n')).toContain('Discharge of');
    expect(runner.summaries).toEqual([
      expect.stringMatching(/^### 🟢 start, at the job's end: put back 1 of 1 machine in my-app\n/),
    ]);
    expect(sessions(rig)).toHaveLength(1);
  });

  it('gives up on a new discharge once it is over, where the one at hand still holds', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    await rig.clock.advance(9 * 60_000);
    Object.assign(rig.fly.settings.aaa, { behaviour: 'poll', polls: 20 });
    const inner = flyTransport(rig.fly);
    const polls: string[] = [];
    const transport: PostShell['transport'] = (request) => {
      if (request.url.pathname.includes('/poll/')) polls.push(request.url.pathname);
      return inner(request);
    };
    const { log } = await runPost(rig, step, { transport });
    const count = polls.length;
    expect(count).toBeGreaterThan(0);
    expect(log.said('info').at(-1)).toMatch(/^put back: stopped 1, /);
    await rig.clock.advance(60_000);
    expect(polls).toHaveLength(count);
  });

  it('changes nothing on a connection that may have been closed', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    const fresh: unknown[] = [];
    const inner = flyTransport(rig.fly);
    const transport: PostShell['transport'] = (request) => {
      if (request.url.pathname.endsWith('/stop')) fresh.push(request.isFresh);
      return inner(request);
    };
    await runPost(rig, step, { transport });
    expect(fresh).toEqual([true]);
  });

  it.each<{ command: CommandName; state: 'started' | 'stopped' | 'suspended'; cordoned?: boolean }>([
    { command: 'start', state: 'suspended' },
    { command: 'stop', state: 'started' },
    { command: 'suspend', state: 'started' },
    { command: 'cordon', state: 'started' },
    { command: 'uncordon', state: 'started', cordoned: true },
  ])('undoes $command', async ({ command, state, cordoned = false }) => {
    const rig = rigWith({ machines: [{ id: 'm1', state, cordoned }] });
    await openSession(rig);
    const step = await rig.step(command, ONE);
    const changed = rig.fly.machine(APP, 'm1');
    expect({ state: changed.state, cordoned: changed.cordoned }).not.toEqual({ state, cordoned });
    await runPost(rig, step);
    expect(rig.fly.machine(APP, 'm1')).toMatchObject({ state, cordoned });
  });

  it('says that a snapshot is gone', async () => {
    const rig = rigWith({ machines: [{ id: 'm1', state: 'suspended' }] });
    await openSession(rig);
    const { log } = await runPost(rig, await rig.step('stop', ONE));
    // With its own advice, and no other.
    expect(log.said('warning')).toEqual([expect.stringMatching(/^m1[^\n]*snapshot[^\n]* by hand[^\n]*$/)]);
    expect(log.said('info').at(-1)).toMatch(/^put back: nothing, left alone 1, failed 0 of 1 /);
  });

  it('says of what somebody else has moved on how to get back', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    rig.fly.machine(APP, 'm1').state = 'suspended';
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([
      'm1 (worker): it is suspended, not started as this step left it. To have it stopped as before: `fly machine stop m1`',
    ]);
  });

  it('writes what it is about to change before it asks for it', async () => {
    const rig = stopped();
    await openSession(rig);
    let before: Record<string, string> | undefined;
    const runner = fakeRunner();
    const transport: PostShell['transport'] = (request) => {
      if (request.method === 'POST' && request.url.pathname.endsWith('/start'))
        before ??= { ...runner.state };
      return flyTransport(rig.fly)(request);
    };
    await rig.step('start', ONE, { runner, transport });
    expect(Object.keys(before ?? {})).toEqual(['key', 'restore-1', 'restore']);
    expect(before?.['restore-1']).not.toContain('started');
    expect(runner.state['restore-1']).toContain('"started"');
  });

  it('has nothing secret in its state', async () => {
    const rig = stopped();
    const token = rig.fly.mintToken({ app: APP });
    const { runner } = await rig.step('start', { ...ONE, token, app: APP });
    const text = JSON.stringify(runner.state);
    const pieces = token.split(/[ ,_]/).filter((it) => it.length > 10);
    expect(pieces.length).toBeGreaterThan(0);
    expect(pieces.filter((piece) => text.includes(piece))).toEqual([]);
  });

  it('leaves no state where nothing was to be changed, in a dry run, and without `restore`', async () => {
    const rig = rigWith({ machines: [{ id: 'm1' }, { id: 'm2', state: 'stopped' }] });
    const token = rig.fly.mintToken({ app: APP });
    const inputs = { token, app: APP };
    const steps = [
      await rig.step('start', { ...inputs, machines: 'm1', restore: 'true' }),
      await rig.step('start', { ...inputs, machines: 'm2', restore: 'true', 'dry-run': 'true' }),
      await rig.step('start', { ...inputs, machines: 'm2' }),
    ];
    const left = steps.map(({ succeeded, runner: { state } }) => [succeeded, Object.keys(state)]);
    // By its key, a post that comes early tells its step that it has begun.
    expect(left).toEqual([
      [true, ['key']],
      [true, []],
      [true, []],
    ]);
    expect(own(rig)).toEqual([]);
  });

  it('leaves nothing to do where Fly refused it all', async () => {
    const rig = rigWith({
      machines: [{ id: 'm1', state: 'stopped' }],
      faults: [{ method: 'POST', path: /start$/, fault: { status: 403, body: { error: 'no' } } }],
    });
    const { runner } = await rig.step('start', { ...ONE, token: rig.fly.mintToken({ app: APP }), app: APP });
    expect(runner.state['restore']).toBe('');
    expect(own(rig)).toEqual([]);
  });

  it('sends nothing where the file of its own can’t be written', async () => {
    const rig = stopped();
    const missing = join(rig.temp, 'gone');
    const inputs = { ...ONE, token: rig.fly.mintToken({ app: APP }), app: APP };
    const step = await rig.step('start', inputs, { temp: missing });
    expect(step.succeeded).toBe(false);
    expect(step.runner.state['restore']).toBe('');
    expect(rig.sent.filter((it) => it.endsWith('/start'))).toEqual([]);
  });

  it('is an error without RUNNER_TEMP', async () => {
    const rig = stopped();
    const inputs = { ...ONE, token: rig.fly.mintToken({ app: APP }), app: APP };
    const step = await rig.step('start', inputs, { temp: undefined });
    expect(step.log.said('error')).toEqual([expect.stringContaining('`restore` needs RUNNER_TEMP')]);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });
});

describe('when the token is the step’s own', () => {
  async function started(): Promise<{ rig: StepRig; step: StepRun }> {
    const rig = stopped();
    const step = await rig.step('start', { ...ONE, token: rig.fly.mintToken({ app: APP }), app: APP });
    return { rig, step };
  }

  it('leaves it in a private file that no other step takes for a session, and the post removes it', async () => {
    const { rig, step } = await started();
    const [name = ''] = own(rig);
    expect(statSync(join(rig.temp, name)).mode & 0o777).toBe(PRIVATE_MODE);
    const other = await rig.step('list', { app: APP });
    expect(other.log.said('error')).toEqual([expect.stringContaining('There is no token')]);
    const { log } = await runPost(rig, step);
    expect(own(rig)).toEqual([]);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
    expect(log.said('info')[0]).toMatch(/^Token from this step's own file, 1 machine that `start` changed/);
    expect(log.masks.length).toBeGreaterThan(0);
  });

  it('is removed even where nothing can be put back with it', async () => {
    const { rig, step } = await started();
    rig.fly.faults.push({ path: '/v1', fault: { status: 401 } });
    const { log } = await runPost(rig, step);
    expect(own(rig)).toEqual([]);
    expect(log.said('warning')).toHaveLength(1);
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
  });

  it('is removed even where the record is not readable', async () => {
    const { rig, step } = await started();
    step.runner.state['restore-1'] = 'x';
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([
      expect.stringContaining('STATE_restore-1'),
      expect.stringContaining('not readable'),
    ]);
    expect(own(rig)).toEqual([]);
  });

  itWhere(FILE_MODES)('is not taken from a file that others may write', async () => {
    const { rig, step } = await started();
    const path = join(rig.temp, own(rig)[0] ?? '');
    rmSync(path);
    writeFileSync(path, '{}', { mode: 0o666 });
    chmodSync(path, 0o666);
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/was not taken: others may write it \(mode 0666, owner \d+\)/),
    ]);
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
    expect(own(rig)).toEqual([]);
  });
});

describe('when a warm-up takes another machine than it meant to', () => {
  it('keeps both under the one file, whose token is for the second, too, from before its start, and puts back what it started', async () => {
    const rig = rigWith({
      machines: [
        { id: 'm1', state: 'suspended', behaviour: { start: 'no-capacity' } },
        { id: 'm2', state: 'stopped' },
      ],
    });
    const covered: string[][] = [];
    const inner = flyTransport(rig.fly);
    const transport: PostShell['transport'] = (request) => {
      if (request.url.pathname.endsWith('/start'))
        covered.push(own(rig).flatMap((name) => machinesOf(readFileSync(join(rig.temp, name), 'utf8'))));
      return inner(request);
    };
    const inputs = { token: rig.fly.mintToken({ app: APP }), app: APP, count: '1', restore: 'true' };
    const step = await rig.step('warm-up', inputs, { transport });
    expect(step.succeeded).toBe(true);
    expect(rig.fly.machine(APP, 'm2').state).toBe('started');
    expect(step.runner.state['restore']).toContain(own(rig)[0]);
    expect(own(rig)).toHaveLength(1);
    expect(covered[0]).toEqual(['m1']);
    expect(covered.at(-1)).toEqual(['m1', 'm2']);
    const { log } = await runPost(rig, step);
    expect(own(rig)).toEqual([]);
    expect(rig.fly.machine(APP, 'm2').state).toBe('stopped');
    expect(log.said('info').at(-1)).toMatch(/^put back: stopped 1, failed 0 of 1 /);
  });
});

describe('when the machines were held', () => {
  const HELD = { ...ONE, hold: '75m' };
  const holdOf = ({ fly }: StepRig) => fly.machine(APP, 'm1').config.metadata?.['keep-alive-until'];

  it.each(['start', 'warm-up'] as const)(
    'puts back what %s holds itself, and holds it no more',
    async (name) => {
      const rig = stopped();
      await openSession(rig);
      const step = await rig.step(name, { ...HELD, ...(name === 'warm-up' && { count: 'all' }) });
      expect(holdOf(rig)).toMatch(/^2025-01-15T13:15:\d\d\.\d{3}Z$/);
      const { log } = await runPost(rig, step);
      expect(log.said('warning')).toEqual([]);
      expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
      expect(holdOf(rig)).toBeUndefined();
    },
  );

  it('warns where it can’t take that back', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', HELD);
    rig.fly.faults.push({
      method: 'DELETE',
      path: /metadata/,
      fault: { status: 403, body: { error: 'no' } },
    });
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/^`keep-alive-until` of this job stays .* m1: /),
    ]);
    expect(log.said('info').at(-1)).toMatch(/^put back: stopped 1, failed 0 of 1 /);
  });

  it.each(['start', 'warm-up'] as const)('knows its own hold after a crash of %s', async (name) => {
    const rig = stopped();
    await openSession(rig);
    const runner = fakeRunner();
    let atWrite: Record<string, string> | undefined;
    const transport: PostShell['transport'] = (request) => {
      if (request.url.pathname.endsWith('/keep-alive-until')) atWrite ??= { ...runner.state };
      return flyTransport(rig.fly)(request);
    };
    await rig.step(name, { ...HELD, ...(name === 'warm-up' && { count: 'all' }) }, { runner, transport });
    const { log } = await runPost(rig, { runner: { ...runner, state: atWrite ?? {} } });
    expect(log.said('warning')).toEqual([]);
    expect([rig.fly.machine(APP, 'm1').state, holdOf(rig)]).toEqual(['stopped', undefined]);
  });

  it('takes back a hold whose answer was lost', async () => {
    const rig = stopped();
    await openSession(rig);
    const inner = flyTransport(rig.fly);
    const transport: PostShell['transport'] = async (request) => {
      const answer = await inner(request);
      return request.method === 'POST' && request.url.pathname.includes('/metadata/')
        ? { ...answer, status: 502 }
        : answer;
    };
    const step = await rig.step('start', HELD, { transport });
    expect(step.log.said('warning')).toEqual([expect.stringMatching(/^Machine m1 is not held: /)]);
    expect(holdOf(rig)).toBeDefined();
    await runPost(rig, step);
    expect([rig.fly.machine(APP, 'm1').state, holdOf(rig)]).toEqual(['stopped', undefined]);
  });

  it('puts back what two steps of the job have held, one after the other', async () => {
    const rig = stopped();
    await openSession(rig);
    const first = await rig.step('start', HELD);
    const theirs = holdOf(rig);
    const second = await rig.step('warm-up', { ...HELD, hold: '90m', count: 'all' });
    await runPost(rig, second);
    expect([rig.fly.machine(APP, 'm1').state, holdOf(rig)]).toEqual(['started', theirs]);
    await runPost(rig, first);
    expect([rig.fly.machine(APP, 'm1').state, holdOf(rig)]).toEqual(['stopped', undefined]);
  });

  it('holds by Fly’s clock, not by its own', async () => {
    const rig = stopped();
    await openSession(rig);
    const { now } = rig.clock;
    const clock = { sleep: rig.clock.sleep.bind(rig.clock), now: () => now.call(rig.clock) + 4_000_000 };
    await rig.step('start', HELD, { clock });
    expect(holdOf(rig)).toMatch(/^2025-01-15T13:15:\d\d\.\d{3}Z$/);
  });

  describe('and were started already', () => {
    const THEIRS = '2025-01-15T13:00:00.000Z';
    const up = (metadata: Record<string, string> = {}) =>
      rigWith({ machines: [{ id: 'm1', state: 'started', metadata }] });

    it.each(['start', 'warm-up'] as const)(
      'takes back what %s wrote, and leaves them started',
      async (name) => {
        const rig = up();
        await openSession(rig);
        const step = await rig.step(name, { ...HELD, ...(name === 'warm-up' && { count: 'all' }) });
        expect(holdOf(rig)).toMatch(/^2025-01-15T13:15:\d\d\.\d{3}Z$/);
        const { log, runner } = await runPost(rig, step);
        expect([rig.fly.machine(APP, 'm1').state, holdOf(rig)]).toEqual(['started', undefined]);
        expect(log.said('warning')).toEqual([]);
        expect(log.said('info').at(-1)).toMatch(
          /^put back: nothing, as before already 1, failed 0 of 1 in my-app, /,
        );
        expect(runner.summaries).toEqual([]);
      },
    );

    it('finds the token that was the step’s own', async () => {
      const rig = up();
      const step = await rig.step('start', { ...HELD, token: rig.fly.mintToken({ app: APP }), app: APP });
      expect(own(rig)).toHaveLength(1);
      const { log } = await runPost(rig, step);
      expect(log.said('info')[0]).toMatch(/own file, 1 machine that `start` changed or held, host /);
      expect([own(rig), holdOf(rig)]).toEqual([[], undefined]);
    });

    it('keeps that for its post though somebody else has started them meanwhile', async () => {
      const fault = { status: 412, body: { error: 'machine still active, refusing to start' } };
      const machines = [{ id: 'm1', state: 'stopped' as const }];
      const rig = rigWith({ machines, faults: [{ method: 'POST', path: /start$/, fault }] });
      const transport: PostShell['transport'] = (request) => {
        if (request.url.pathname.endsWith('/start')) rig.fly.machine(APP, 'm1').state = 'started';
        return flyTransport(rig.fly)(request);
      };
      const inputs = { ...HELD, token: rig.fly.mintToken({ app: APP }), app: APP };
      const step = await rig.step('start', inputs, { transport });
      expect(holdOf(rig)).toBeDefined();
      const { log } = await runPost(rig, step);
      expect(log.said('warning')).toEqual([]);
      expect([rig.fly.machine(APP, 'm1').state, holdOf(rig), own(rig)]).toEqual(['started', undefined, []]);
    });

    it('writes nothing where the post would not find it', async () => {
      const rig = up();
      const inputs = { ...HELD, token: rig.fly.mintToken({ app: APP }), app: APP };
      const step = await rig.step('start', inputs, { temp: undefined });
      expect(step.succeeded).toBe(true);
      expect(step.log.said('warning')).toEqual([
        expect.stringMatching(/^Machine m1 and those after it are not held, .*RUNNER_TEMP/),
      ]);
      expect([step.runner.state, holdOf(rig)]).toEqual([{}, undefined]);
    });

    it('puts back the hold that it replaced, for its owner to find', async () => {
      const rig = up({ 'keep-alive-until': THEIRS });
      await openSession(rig);
      const step = await rig.step('start', HELD);
      expect(holdOf(rig)).not.toBe(THEIRS);
      const { log } = await runPost(rig, step);
      expect(log.said('warning')).toEqual([]);
      expect([rig.fly.machine(APP, 'm1').state, holdOf(rig)]).toEqual(['started', THEIRS]);
    });

    it('takes its own back where the one that it replaced is over', async () => {
      const rig = up({ 'keep-alive-until': THEIRS });
      await openSession(rig);
      const step = await rig.step('start', HELD);
      await rig.clock.advance(3_700_000);
      await runPost(rig, step);
      expect(holdOf(rig)).toBeUndefined();
    });
  });

  it('goes by Fly’s clock, not by its own', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    const machine = rig.fly.machine(APP, 'm1');
    const metadata = { 'keep-alive-until': '2025-01-15T13:00:00Z' };
    machine.config = { ...machine.config, metadata };
    const { now } = rig.clock;
    // An hour and more ahead, which the others' time would be over by.
    const clock = { sleep: rig.clock.sleep.bind(rig.clock), now: () => now.call(rig.clock) + 4_000_000 };
    const { log } = await runPost(rig, step, { clock });
    expect(log.said('warning')).toEqual(['m1 (worker): held by another job until 2025-01-15T13:00:00Z']);
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
  });
});

describe('when the session has changed by then', () => {
  it('takes another that covers the app', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    await openSession(rig);
    expect(sessions(rig)).toHaveLength(1);
    await runPost(rig, step);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });

  it('does not open it again once it was closed', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    await rig.clock.advance(3_600_000);
    const inner = flyTransport(rig.fly);
    let isClosed = false;
    const transport: PostShell['transport'] = (request) => {
      // Once: what is written again stays.
      if (!isClosed) for (const name of sessions(rig)) rmSync(join(rig.temp, name));
      isClosed = true;
      return inner(request);
    };
    const { log } = await runPost(rig, step, { transport });
    expect(log.said('info').join('\n')).toContain('Discharge of');
    expect(log.said('info').at(-1)).toMatch(/^put back: stopped 1/);
    expect(sessions(rig)).toEqual([]);
  });
});

describe('when the post can’t finish', () => {
  it('gives up after four minutes, and names what was not put back', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    const start = rig.clock.now();
    rig.fly.faults.push({ path: /wait|m1$/, fault: 'hang' });
    const { log, runner } = await runPost(rig, step);
    expect(rig.clock.now() - start).toBe(240_000);
    expect(log.lines.filter(({ level }) => level === 'warning')).toMatchObject([
      {
        title: "fly start, at the job's end: 1 of 1 failed in my-app",
        text: expect.stringMatching(/^m1: timeout: .*4 min/),
      },
    ]);
    expect(runner.summaries).toHaveLength(1);
  });

  it('says so at once when it is cancelled', async () => {
    const rig = stopped();
    await openSession(rig);
    const step = await rig.step('start', ONE);
    const cancelled = new AbortController();
    const inner = flyTransport(rig.fly);
    const transport: PostShell['transport'] = (request) => {
      if (request.url.pathname.endsWith('/stop')) cancelled.abort(new Error('the job was cancelled'));
      return inner(request);
    };
    const { log } = await runPost(rig, step, { transport, cancelled: cancelled.signal });
    expect(log.said('warning')).toEqual([expect.stringContaining('the job was cancelled')]);
    expect(log.said('info').at(-1)).toMatch(/^put back: nothing, failed 1 of 1/);
  });
});
