import type { MachineSpec } from '../../../../emulator/machines/build.js';
import type { GivenSettings } from '../../../../emulator/settings.js';
import type { Caveat } from '../../../../src/macaroon/caveats.js';
import { APP, type Call, createRig, ID, PATH } from '../rig.js';

const rigWith = (spec: MachineSpec = {}, settings: GivenSettings = {}) =>
  createRig([{ id: ID, ...spec }], { settings });
const run = (command: unknown, more: object = {}): Call => ({ body: { command, ...more } });
const reply = (fields: object) =>
  `200 ${JSON.stringify({ exit_code: 0, exit_signal: 0, stdout: '', stderr: '', ...fields })}`;
const NOT_IN_TIME =
  '408 {"error":"deadline_exceeded: Post \\"http://unix/v1/exec\\": net/http: request canceled (Client.Timeout exceeded while awaiting headers)"}';

describe('when a command is run in a machine', () => {
  it.each<[string, object, object]>([
    ['echo', { command: ['echo', 'a  b', 'c'] }, { stdout: 'a  b c\n' }],
    ['a failing one', { command: ['false'] }, { exit_code: 1 }],
    ['its input', { command: ['cat'], stdin: 'x\n' }, { stdout: 'x\n' }],
    ['its environment', { command: ['env'] }, { stdout: 'FLY_PROCESS_GROUP=app\nPRIMARY_REGION=fra\n' }],
    ['an unknown one', { command: ['sh', '-c', 'ls'] }, { exit_code: 127, stderr: 'sh: not found\n' }],
    ['a line', { cmd: `echo "a  b" c'd e'` }, { stdout: 'a  b cd e\n' }],
    ['both: the array', { command: ['echo', '1'], cmd: 'echo 2' }, { stdout: '1\n' }],
    ['its own namespace', { command: ['true'], machine: true, container: '' }, {}],
  ])('answers how it ended: %s', async (_, body, fields) => {
    expect(await rigWith().act('exec', { body })).toBe(reply(fields));
  });

  it('does what its behaviour says, knowing the command', async () => {
    const seen: (readonly string[])[] = [];
    const exec = (command: readonly string[]) => {
      seen.push(command);
      return { exitCode: 3, exitSignal: 15, stdout: '::error::x', takesMs: 2_500 };
    };
    const rig = rigWith({ behaviour: { exec } });
    const before = rig.clock.now();
    expect(await rig.act('exec', run(['rake', 'db:migrate']))).toBe(
      reply({ exit_code: 3, exit_signal: 15, stdout: '::error::x' }),
    );
    expect([rig.clock.now() - before, seen]).toEqual([2_500, [['rake', 'db:migrate']]]);
  });

  it('leaves out zeros and names another type where it is told so', async () => {
    const rig = rigWith({}, { execReply: 'no-zeros', execType: 'octet-stream' });
    const answer = await rig.call('POST', `${PATH}/exec`, run(['false']));
    expect(answer).toMatchObject({ body: '{"exit_code":1}' });
    expect(answer.headers['content-type']).toBe('application/octet-stream');
  });

  it('finds a container by its name', async () => {
    const rig = rigWith({ config: { containers: [{ name: 'main' }] } });
    expect(await rig.act('exec', run(['true'], { container: 'main' }))).toBe(reply({}));
    expect(await rig.act('exec', run(['true'], { container: 'side' }))).toMatch(/^404 .*side/);
  });

  it.each(['404', '400'] as const)('refuses one that it does not have with %s', async (execContainer) => {
    const rig = rigWith({}, { execContainer });
    expect(await rig.act('exec', run(['true'], { container: 'side' }))).toMatch(
      new RegExp(`^${execContainer} .*container.*side`),
    );
  });

  it('tells its behaviour in which container it runs', async () => {
    const exec = (_: readonly string[], __: string, container = 'the first') => ({ stdout: container });
    const rig = rigWith({
      behaviour: { exec },
      config: { containers: [{ name: 'main' }, { name: 'side' }] },
    });
    expect(await rig.act('exec', run(['true'], { container: 'side' }))).toBe(reply({ stdout: 'side' }));
    expect(await rig.act('exec', run(['true']))).toBe(reply({ stdout: 'the first' }));
  });
});

describe('when a command takes long', () => {
  it.each<[string, string, object, GivenSettings, number, string]>([
    ['as long as its timeout', '5', { timeout: 5 }, {}, 5_000, reply({})],
    ['longer', '5.001', { timeout: 5 }, {}, 5_000, NOT_IN_TIME],
    [
      'longer, and is killed',
      '9',
      { timeout: 5 },
      { execTimeout: 'killed' },
      5_000,
      reply({ exit_code: -1, exit_signal: 9 }),
    ],
    ['longer than any may', '90', { timeout: 120 }, {}, 60_000, NOT_IN_TIME],
    ['long, with a timeout of zero', '50', { timeout: 0 }, {}, 50_000, reply({})],
  ])('%s', async (_, seconds, more, settings, took, expected) => {
    const rig = rigWith({}, settings);
    const before = rig.clock.now();
    expect(await rig.act('exec', run(['sleep', seconds], more))).toBe(expected);
    expect(rig.clock.now() - before).toBe(took);
  });

  it.each<[string, MachineSpec, string | undefined, number]>([
    ['is stopped', {}, 'stop', 1_000],
    ['destroys itself', { config: { auto_destroy: true } }, 'stop', 1_000],
    [
      'ends by itself',
      { state: 'created', behaviour: { createdMs: 0, boot: 'exits', exitAfterMs: 3_000 } },
      undefined,
      2_000,
    ],
  ])('ends with its machine, which %s', async (_, spec, action, ms) => {
    const rig = rigWith({ ...spec, sinceMs: 0 });
    await rig.clock.advance(1_800);
    const start = rig.clock.now();
    const authorization = rig.fly.mintToken({ app: APP, withDischarge: true });
    const body = '{"command":["sleep","30"]}';
    let endedAt = 0;
    const running = rig.fly
      .handle({ method: 'POST', path: `${PATH}/exec`, headers: { authorization }, body })
      .finally(() => {
        endedAt = rig.clock.now();
      });
    await rig.clock.advance(1_000);
    if (action !== undefined) await rig.act(action);
    expect(await rig.clock.run(running)).toMatchObject({
      status: 200,
      body: reply({ exit_code: -1, exit_signal: 9 }).slice(4),
    });
    expect(endedAt - start).toBe(ms);
  });
});

describe('when a command can not be run', () => {
  it.each<[string, unknown]>([
    ['no body', ''],
    ['an array', []],
    ['no command', {}],
    ['an empty command', { command: [] }],
    ['a text as command', { command: 'ls' }],
    ['numbers in it', { command: ['sleep', 1] }],
    ['a broken timeout', { command: ['true'], timeout: 1.5 }],
    ['a timeout in words', { command: ['true'], timeout: '5s' }],
    ['a negative timeout', { command: ['true'], timeout: -1 }],
    ['container and machine', { command: ['true'], container: 'main', machine: true }],
  ])('refuses with 400: %s', async (_, body) => {
    expect(await rigWith().act('exec', { body })).toMatch(/^400 \{"error":/);
  });

  it.each(['stopped', 'suspended', 'created', 'starting', 'restarting'] as const)(
    'refuses a machine that is %s',
    async (state) => {
      expect(await rigWith({ state, sinceMs: 0 }).act('exec', run(['true']))).toBe(
        '412 {"error":"failed_precondition: machine not running"}',
      );
    },
  );

  it('gives up an unreachable host', async () => {
    expect(await rigWith({ behaviour: { unreachable: true } }).act('exec', run(['true']))).toMatch(/^408 /);
  });
});

describe('when a token is made for commands', () => {
  const commands = (args: string[], exact: boolean): Caveat => ({
    name: 'Commands',
    body: [{ args, exact }],
  });
  const only = (caveat: Caveat): Caveat => ({ name: 'IfPresent', body: { ifs: [caveat], else: 1 } });

  it.each(['C', 'r', 'w'] as const)(
    'lists and runs them but changes nothing: exec needs %s',
    async (execAction) => {
      const { fly, call } = rigWith({}, { execAction });
      const extraCaveats = [only(commands(['echo', 'hi'], false))];
      const token = fly.mintToken({ app: APP, extraCaveats, withDischarge: true });
      const status = async (method: string, path: string, body?: unknown) =>
        (await call(method, path, { token, body })).status;
      expect(await status('GET', `/v1/apps/${APP}/machines`)).toBe(200);
      expect(await status('POST', `${PATH}/exec`, { command: ['echo', 'hi', 'you'] })).toBe(200);
      expect(await status('POST', `${PATH}/exec`, { command: ['echo'] })).toBe(403);
      for (const action of ['start', 'stop', 'cordon', 'lease']) {
        expect(await status('POST', `${PATH}/${action}`)).toBe(403);
      }
    },
  );

  it.each([
    ['C', 'rC', 200],
    ['C', 'r', 403],
    ['r', 'r', 200],
    ['w', 'rC', 403],
  ] as const)('needs %s, has %s: %i', async (execAction, actions, status) => {
    const { fly, call } = rigWith({}, { execAction });
    const token = fly.mintToken({ app: APP, actions, withDischarge: true });
    expect((await call('POST', `${PATH}/exec`, { token, ...run(['true']) })).status).toBe(status);
  });
});
