import type { MachineSpec } from '../../../../emulator/machines/build.js';
import type { MachineState } from '../../../../emulator/machines/states.js';
import type { GivenSettings } from '../../../../emulator/settings.js';
import { APP, createRig, ID } from '../rig.js';

const OK = '200 {"ok":true}';
const unable = (verb: string, state: string) =>
  `412 {"error":"failed_precondition: unable to ${verb} machine from current state: '${state}'"}`;
const ACTIVE = '412 {"error":"failed_precondition: machine still active, refusing to start"}';

const rigWith = (spec: MachineSpec, settings: GivenSettings = {}) =>
  createRig([{ id: ID, ...spec }], { settings });

/** Records the states of a machine from now on, with the milliseconds at which each began. */
async function course({ clock, fly }: ReturnType<typeof createRig>, ms: number): Promise<string[]> {
  const machine = fly.machine(APP, ID);
  const start = clock.now();
  const seen = [`${machine.state}@0`];
  machine.watchers.add(() => seen.push(`${machine.state}@${machine.updatedAt - start}`));
  await clock.advance(ms);
  fly.machine(APP, ID);
  return seen;
}

const exitEvent = (rig: ReturnType<typeof createRig>) =>
  rig.fly.machine(APP, ID).events.find(({ type }) => type === 'exit')?.request?.['exit_event'];

describe('when a machine does what it is told', () => {
  it.each<[string, MachineSpec, string, string[]]>([
    ['start', { state: 'stopped' }, 'start', ['starting@0', 'started@800']],
    ['resume', { state: 'suspended' }, 'start', ['starting@0', 'started@200']],
    ['stop', {}, 'stop', ['stopping@0', 'stopped@400']],
    ['suspend', {}, 'suspend', ['suspending@0', 'suspended@500']],
    ['restart', {}, 'restart', ['restarting@0', 'restarting@400', 'starting@400', 'started@1200']],
    ['stop a suspended one', { state: 'suspended' }, 'stop', ['stopped@0']],
    ['stop a stopped one', { state: 'stopped' }, 'stop', ['stopped@0']],
    ['stop a starting one', { state: 'starting' }, 'stop', ['stopping@0', 'stopped@400']],
    [
      'destroys itself when it ends',
      { config: { auto_destroy: true } },
      'stop',
      ['stopping@0', 'stopped@400', 'destroying@400', 'destroyed@900'],
    ],
    ['kill a stubborn one', { behaviour: { ignoresSignal: true } }, 'stop', ['stopping@0', 'stopped@5000']],
  ])('goes through the states: %s', async (_, spec, action, states) => {
    const rig = rigWith(spec);
    expect(await rig.act(action)).toMatch(/^200 /);
    expect(await course(rig, 20_000)).toEqual(states);
  });

  it('tells what happened, newest first, with milliseconds and without zero values', async () => {
    const rig = rigWith({});
    await rig.act('stop');
    const asked = rig.clock.now();
    await rig.clock.advance(1_000);
    expect(rig.fly.machine(APP, ID).events.slice(0, 2)).toMatchObject([
      { type: 'exit', status: 'stopped', source: 'flyd', timestamp: asked + 400 },
      { type: 'stop', status: 'stopping', source: 'user', timestamp: asked },
    ]);
    // Go writes no zeros at the end of a fraction.
    const exited_at = new Date(asked + 400).toISOString().replace('00Z', 'Z');
    expect(exitEvent(rig)).toEqual({ requested_stop: true, exited_at });
  });

  it.each([
    ['at its usual pace', {}],
    ['at once', { stopMs: 0, bootMs: 0 }],
  ])('lists a restart, then a start later than the one before: %s', async (_, behaviour) => {
    const rig = rigWith({ sinceMs: 0, behaviour });
    const before = rig.clock.now();
    await rig.act('restart');
    await rig.clock.advance(5_000);
    const { events } = rig.fly.machine(APP, ID);
    const told = events.map(({ type, status }) => `${type} ${status}`);
    expect(told.slice(0, 6)).toEqual([
      'start started',
      'start started',
      'start starting',
      'exit stopped',
      'restart restarting',
      'start started',
    ]);
    expect(events[0]?.timestamp).toBeGreaterThan(before);
    expect(events[5]?.timestamp).toBe(before);
  });

  it('cordons and uncordons, twice as well as once', async () => {
    const rig = rigWith({});
    for (const action of ['cordon', 'cordon', 'uncordon', 'uncordon']) {
      expect(await rig.act(action)).toBe(OK);
      expect(rig.fly.machine(APP, ID).cordoned).toBe(action === 'cordon');
    }
  });
});

describe('when somebody changes their mind', () => {
  it.each([
    ['start', 'stop', ['stopping@0', 'stopped@400']],
    ['start', 'restart', ['restarting@0', 'restarting@400', 'starting@400', 'started@1200']],
    ['restart', 'stop', ['stopping@0', 'stopped@400']],
    ['suspend', 'stop', ['stopping@0', 'stopped@400']],
  ])('drops what %s had begun, for %s', async (first, second, states) => {
    const rig = rigWith({ state: first === 'start' ? 'stopped' : 'started' });
    await rig.act(first);
    await rig.clock.advance(100);
    await rig.act(second);
    expect(await course(rig, 20_000)).toEqual(states);
  });
});

describe('when a stop says how', () => {
  it.each<[string, unknown, string]>([
    ['nothing', '', 'stopped@5000'],
    ['an empty object', {}, 'stopped@5000'],
    ['a duration', { timeout: '30s', signal: 'SIGTERM' }, 'stopped@30000'],
    ["no time: the machine's own", { timeout: '0s', id: ID }, 'stopped@5000'],
    ['nanoseconds', { timeout: 2_000_000_000 }, 'stopped@2000'],
    ['SIGKILL', { signal: 'SIGKILL' }, 'stopped@0'],
  ])('waits as long for SIGKILL: %s', async (_, body, end) => {
    const rig = rigWith({ behaviour: { ignoresSignal: true } });
    expect(await rig.act('stop', { body })).toBe(OK);
    expect((await course(rig, 60_000)).at(-1)).toBe(end);
    expect(exitEvent(rig)).toMatchObject({ exit_code: 137, guest_signal: 9, requested_stop: true });
  });

  it("keeps to the machine's own kill timeout", async () => {
    const rig = rigWith({ behaviour: { stopMs: 9_000 }, config: { stop_config: { timeout: '10s' } } });
    await rig.act('stop');
    expect((await course(rig, 60_000)).at(-1)).toBe('stopped@9000');
  });

  it.each<[string, unknown, string]>([
    ['an array', [], 'json: cannot unmarshal array into Go value of type main.stopRequest'],
    ['no JSON', '{', 'invalid JSON in the body'],
    ['seconds without a unit', { timeout: '30' }, 'invalid timeout: not a duration'],
    ['an unknown signal', { signal: 'SIGFOO' }, 'invalid signal'],
  ])('refuses with 400: %s', async (_, body, error) => {
    const rig = rigWith({});
    expect(await rig.act('stop', { body })).toBe(`400 ${JSON.stringify({ error })}`);
    expect(rig.fly.machine(APP, ID).state).toBe('started');
  });

  it.each([
    ['timeout=30', 'restarting@30000'],
    ['timeout=1m', 'restarting@60000'],
    ['timeout=30s&force_stop=true', 'starting@0'],
    ['signal=SIGKILL', 'starting@0'],
  ])('restarts with %s', async (query, end) => {
    const rig = rigWith({ behaviour: { ignoresSignal: true } });
    expect(await rig.act(`restart?${query}`)).toBe(OK);
    expect(await course(rig, 90_000)).toContain(end);
  });
});

describe('when a request does not fit the state', () => {
  it.each<[string, MachineState, string]>([
    ['start', 'created', unable('start', 'created')],
    ['start', 'replacing', unable('start', 'replacing')],
    ['start', 'stopping', unable('start', 'stopping')],
    ['start', 'destroyed', unable('start', 'destroyed')],
    ['start', 'suspending', ACTIVE],
    ['stop', 'destroyed', unable('stop', 'destroyed')],
    ['stop', 'stopping', OK],
    ['suspend', 'created', unable('suspend', 'created')],
    ['restart', 'created', unable('restart', 'created')],
    ['cordon', 'destroyed', unable('cordon', 'destroyed')],
    ['cordon', 'stopped', OK],
  ])('%s while %s', async (action, state, expected) => {
    expect(await rigWith({ state, sinceMs: 0 }).act(action)).toBe(expected);
  });

  it('refuses a start while a stopped machine lingers', async () => {
    const rig = rigWith({ behaviour: { lingersMs: 3_000 } });
    await rig.act('stop');
    await rig.clock.advance(3_000);
    expect(rig.fly.machine(APP, ID).state).toBe('stopped');
    expect(await rig.act('start')).toBe(ACTIVE);
    await rig.clock.advance(400);
    expect(await rig.act('start')).toMatch(/^200 /);
  });

  it('starts a created machine by itself once it is ready', async () => {
    expect(await course(rigWith({ state: 'created' }), 10_000)).toEqual([
      'created@0',
      'starting@7000',
      'started@7800',
    ]);
  });
});

describe('when it is not known what Fly answers', () => {
  it.each<[string, MachineSpec, string, GivenSettings, string]>([
    ['start on started', {}, 'start', {}, '200 {"previous_state":"started","migrated":false,"new_host":""}'],
    ['start on started', {}, 'start', { startOnStarted: 'still-active' }, ACTIVE],
    [
      'start on failed',
      { state: 'failed' },
      'start',
      {},
      '200 {"previous_state":"failed","migrated":false,"new_host":""}',
    ],
    [
      'start on failed',
      { state: 'failed' },
      'start',
      { startOnFailed: 'refused' },
      unable('start', 'failed'),
    ],
    [
      "start's reply",
      { state: 'stopped' },
      'start',
      { startReply: 'client' },
      '200 {"message":"","status":"success","previous_state":"stopped"}',
    ],
    [
      'start while replacing',
      { state: 'replacing' },
      'start',
      { replacingText: 'replaced' },
      '412 {"error":"failed_precondition: machine getting replaced, refusing to start"}',
    ],
    [
      'start while suspending',
      { state: 'suspending' },
      'start',
      { activeStatus: '409' },
      ACTIVE.replace('412', '409'),
    ],
    ...['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon'].map(
      (action): [string, MachineSpec, string, GivenSettings, string] => [
        `${action} on destroyed`,
        { state: 'destroyed', sinceMs: 0 },
        action,
        { changeDestroyed: '404' },
        `404 {"error":"not_found: machine not found, id: ${ID}"}`,
      ],
    ),
    ['stop on created', { state: 'created' }, 'stop', {}, OK],
    ['stop on created', { state: 'created' }, 'stop', { stopUnready: 'refused' }, unable('stop', 'created')],
    ['suspend on stopped', { state: 'stopped' }, 'suspend', {}, OK],
    [
      'suspend on stopped',
      { state: 'stopped' },
      'suspend',
      { suspendInactive: 'refused' },
      unable('suspend', 'stopped'),
    ],
    ['restart on stopped', { state: 'stopped' }, 'restart', {}, OK],
    [
      'restart on stopped',
      { state: 'stopped' },
      'restart',
      { restartInactive: 'refused' },
      unable('restart', 'stopped'),
    ],
  ])('%s', async (_, spec, action, settings, expected) => {
    expect(await rigWith(spec, settings).act(action)).toBe(expected);
  });

  it.each([
    ['412', { guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 4_096 } }],
    ['400', { init: { swap_size_mb: 512 } }],
    ['412', { schedule: 'hourly' }],
  ] as const)('refuses an unsuitable suspend with %s', async (suspendUnsuitable, config) => {
    const rig = rigWith({ config }, { suspendUnsuitable });
    expect(await rig.act('suspend')).toMatch(new RegExp(`^${suspendUnsuitable} `));
    expect(rig.fly.machine(APP, ID).state).toBe('started');
  });
});

describe('when a machine misbehaves', () => {
  it.each<[string, NonNullable<MachineSpec['behaviour']>, string[]]>([
    ['its boot fails', { boot: 'fails' }, ['starting@0', 'failed@800']],
    ['it never boots', { boot: 'never' }, ['starting@0']],
    ['it is slow', { bootMs: 9_000 }, ['starting@0', 'started@9000']],
    ['it ends well', { boot: 'exits', exitAfterMs: 500 }, ['starting@0', 'started@800', 'stopped@1300']],
  ])('%s', async (_, behaviour, states) => {
    const rig = rigWith({ state: 'stopped', behaviour });
    expect(await rig.act('start')).toMatch(/^200 /);
    expect(await course(rig, 20_000)).toEqual(states);
  });

  it('gives up a crashing machine after so many restarts', async () => {
    const behaviour = { boot: 'exits', exitAfterMs: 200, exitCode: 1 } as const;
    const restart = { policy: 'on-failure', max_retries: 2 };
    const rig = rigWith({ state: 'stopped', behaviour, config: { restart } });
    await rig.act('start');
    const states = await course(rig, 60_000);
    expect(states.filter((state) => state.startsWith('started'))).toHaveLength(3);
    expect(states.at(-1)).toBe('stopped@3000');
    expect(exitEvent(rig)).toMatchObject({ exit_code: 1, guest_exit_code: 1 });
  });

  it('never ends in stopped where the policy is always', async () => {
    const behaviour = { boot: 'exits', bootMs: 0, exitAfterMs: 0 } as const;
    const rig = rigWith({ state: 'stopped', behaviour, config: { restart: { policy: 'always' } } });
    await rig.act('start');
    await rig.clock.advance(1_000);
    expect(rig.fly.machine(APP, ID).state).not.toBe('stopped');
    expect(rig.fly.machine(APP, ID).events.length).toBeLessThanOrEqual(100);
  });

  it.each([
    ['aborted', 'aborted: could not reserve resource for machine'],
    ['governor', 'governor policy blocked start'],
  ] as const)('finds no room on its host: %s', async (_, text) => {
    const rig = rigWith({ state: 'stopped', behaviour: { start: 'no-capacity' } });
    if (text === 'governor policy blocked start') rig.fly.settings.capacityText = text;
    expect(await rig.act('start')).toContain(`409 {"error":"${text}`);
    expect(rig.fly.machine(APP, ID).state).toBe('stopped');
  });

  it.each([
    ['no-capacity-412', '412', { status: 'insufficient_capacity' }],
    ['no-capacity-422', '422', { status: 'insufficient_capacity' }],
    ['machine-limit', '422', { error: expect.stringContaining('machine limit') }],
    ['volume-in-use', '412', { error: expect.stringContaining('volume') }],
  ] as const)('refuses a start: %s', async (start, status, body) => {
    const rig = rigWith({ state: 'stopped', behaviour: { start } });
    const answer = await rig.act('start');
    expect(answer.slice(0, 3)).toBe(status);
    expect(JSON.parse(answer.slice(4))).toMatchObject(body);
    expect(rig.fly.machine(APP, ID).state).toBe('stopped');
  });

  it('answers 200 with an error in it', async () => {
    const rig = rigWith({ state: 'stopped', behaviour: { start: 'error' } });
    expect(await rig.act('start')).toMatch(/^200 .*"status":"error"/);
    expect(rig.fly.machine(APP, ID).state).toBe('stopped');
  });

  it('gives up an unreachable host after a while', async () => {
    const rig = rigWith({ behaviour: { unreachable: true } });
    const before = rig.clock.now();
    expect(await rig.act('stop')).toMatch(/^408 .*deadline_exceeded/);
    expect(rig.clock.now() - before).toBe(10_000);
    expect(rig.fly.machine(APP, ID).state).toBe('started');
  });

  it('is not found when it is none, or destroyed long ago', async () => {
    const rig = rigWith({ state: 'destroyed', sinceMs: 0 });
    const get = async (id: string) => (await rig.call('GET', `/v1/apps/${APP}/machines/${id}`)).status;
    expect(await get(ID)).toBe(200);
    await rig.clock.advance(61_000);
    expect(await get(ID)).toBe(404);
    const missing = await rig.call('POST', `/v1/apps/${APP}/machines/nope/stop`);
    expect(missing).toMatchObject({ status: 404, body: expect.stringContaining('machine not found') });
  });
});
