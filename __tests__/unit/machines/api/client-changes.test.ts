import { connectionError } from '../../../support/fakes/fly-transport.js';
import { answer, type ScriptedClient, scriptedClient } from '../../../support/fakes/scripted-transport.js';
import { changes } from '../../../support/rigs/changes.js';
import { APP, createMachinesRig, thrownBy } from '../../../support/rigs/machines-rig.js';

const MACHINE = { app: APP, id: 'a1' };
const NEVER = new AbortController().signal;
type Client = ScriptedClient['client'];

const PLAIN: readonly (readonly [string, (client: Client) => Promise<void>])[] = [
  ['start', (client) => changes(client).start(MACHINE, { nonce: 'n1' }, NEVER)],
  ['suspend', (client) => changes(client).suspend(MACHINE, { nonce: 'n1' }, NEVER)],
  ['cordon', (client) => changes(client).cordon(MACHINE, { nonce: 'n1' }, NEVER)],
  ['uncordon', (client) => changes(client).uncordon(MACHINE, { nonce: 'n1' }, NEVER)],
];

describe('when a machine is changed', () => {
  it.each(PLAIN)('sends a %s without a body, under the lease that is held', async (verb, send) => {
    const { client, requests, asked } = scriptedClient([answer(200, { ok: true })]);
    await send(client);
    expect(asked()).toEqual([`POST a1/${verb}`]);
    expect(requests[0]).not.toHaveProperty('body');
    expect(requests[0]?.headers).toMatchObject({ 'fly-machine-lease-nonce': 'n1' });
    expect(requests[0]?.headers).not.toHaveProperty('content-type');
  });

  it.each(PLAIN)('is not misled by a success of a %s that says "error"', async (verb, send) => {
    const { client } = scriptedClient([
      answer(200, { status: 'error', message: `no room ${'x'.repeat(5000)}` }),
    ]);
    const error = await thrownBy(send(client));
    expect(error.class).toBe('Fly failure');
    expect(error.message).toContain(`${verb} machine a1: no room`);
    expect(error.message.length).toBeLessThan(400);
  });

  it.each(PLAIN)('is not misled by a success of a %s that tells an error', async (verb, send) => {
    for (const body of [{ error: 'no room' }, { status: 'failed', message: 'no room' }]) {
      const { client } = scriptedClient([answer(200, body)]);
      const error = await thrownBy(send(client));
      expect(error.message).toContain(`${verb} machine a1`);
      expect(error.message).toContain('no room');
    }
  });

  it.each([
    {},
    { error: '' },
    { previous_state: 'stopped', migrated: false, new_host: '' },
    { status: 'success', message: '' },
  ])('takes %j as accepted', async (body) => {
    const { client, requests } = scriptedClient([answer(200, body)]);
    await changes(client).start(MACHINE, {}, NEVER);
    expect(requests[0]?.headers).not.toHaveProperty('fly-machine-lease-nonce');
  });

  it.each([409, 200])('never shows the nonce, though Fly repeats it (%i)', async (status) => {
    const nonce = '4da2c9a1b3c7';
    const text = `lease ${nonce} is not held`;
    const body = status === 200 ? { status: 'error', message: text } : { error: text };
    const { client } = scriptedClient([answer(status, body)]);
    const error = await thrownBy(changes(client).start(MACHINE, { nonce }, NEVER));
    expect(error.message).toContain('lease […] is not held');
    expect(JSON.stringify([error.line, error])).not.toContain(nonce);
  });

  it.each([
    [{}, '{}', ''],
    [{ signal: 'SIGTERM' }, '{"signal":"SIGTERM"}', '?signal=SIGTERM'],
    [{ killTimeout: 30_000 }, '{"timeout":"30s"}', '?timeout=30s'],
    [{ killTimeout: 1 }, '{"timeout":"1s"}', '?timeout=1s'],
    [
      { signal: 'SIGINT', killTimeout: 90_500 },
      '{"signal":"SIGINT","timeout":"91s"}',
      '?signal=SIGINT&timeout=91s',
    ],
  ])('sends of %j what is set, durations with their unit', async (options, body, query) => {
    const { client, requests, asked } = scriptedClient([answer(200, { ok: true }), answer(200)]);
    await changes(client).stop(MACHINE, options, NEVER);
    await changes(client).restart(MACHINE, options, NEVER);
    expect(asked()).toEqual(['POST a1/stop', `POST a1/restart${query}`]);
    expect(requests[0]).toMatchObject({ body, headers: { 'content-type': 'application/json' } });
    expect(requests[1]).not.toHaveProperty('body');
  });

  it('looks at the machine before each attempt, and sends nothing where that fails', async () => {
    const { client, clock, asked } = scriptedClient([
      ...[answer(200, { id: 'a1', state: 'started' }), answer(429)],
      ...[answer(200, { id: 'a1', state: 'started' }), answer(200)],
      answer(404, { error: 'machine not found' }),
    ]);
    const before = async (signal: AbortSignal) => {
      await client.get(MACHINE, signal);
    };
    await clock.run(changes(client).restart(MACHINE, { before: [before] }, NEVER));
    expect(asked()).toEqual(['GET a1', 'POST a1/restart', 'GET a1', 'POST a1/restart']);
    expect(
      await thrownBy(clock.run(changes(client).restart(MACHINE, { before: [before] }, NEVER))),
    ).toMatchObject({
      status: 404,
    });
    expect(asked()).toHaveLength(5);
  });
});

describe('when all changes are made at Fly', () => {
  it('has the effects that they are named for', async () => {
    const { client, clock, fly } = createMachinesRig({ machines: [{ id: 'a1', state: 'stopped' }] });
    const seen: string[] = [];
    const look = async (work: Promise<void>) => {
      await clock.run(work);
      await clock.advance(10_000);
      const { state, cordoned } = await clock.run(client.get(MACHINE, NEVER));
      seen.push(cordoned ? `${state}, cordoned` : state);
    };
    await look(changes(client).start(MACHINE, {}, NEVER));
    await look(changes(client).cordon(MACHINE, {}, NEVER));
    await look(changes(client).suspend(MACHINE, {}, NEVER));
    await look(changes(client).start(MACHINE, {}, NEVER));
    const { newestStart } = await clock.run(client.get(MACHINE, NEVER));
    await look(changes(client).restart(MACHINE, { signal: 'SIGTERM', killTimeout: 2_000 }, NEVER));
    expect((await clock.run(client.get(MACHINE, NEVER))).newestStart).toBeGreaterThan(newestStart ?? 0);
    await look(changes(client).uncordon(MACHINE, {}, NEVER));
    await look(changes(client).stop(MACHINE, { signal: 'SIGTERM', killTimeout: 2_000 }, NEVER));
    const on = 'started, cordoned';
    expect(seen).toEqual(['started', on, 'suspended, cordoned', on, on, 'started', 'stopped']);
    expect(fly.requests.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('when a command is run', () => {
  const COMMAND = { command: ['sh', '-c', 'echo $PASSWORD'], timeout: 1_500 };

  it('sends arguments and whole seconds, and tells how it ended', async () => {
    const body = { exit_code: 3, exit_signal: 9, stdout: 'a\nb', stderr: 'c' };
    const octets = { 'content-type': 'application/octet-stream' };
    const { client, requests, asked } = scriptedClient([answer(200, body, octets)]);
    const result = await client.exec(MACHINE, COMMAND, NEVER);
    expect(result).toEqual({ exitCode: 3, exitSignal: 9, stdout: 'a\nb', stderr: 'c' });
    expect(asked()).toEqual(['POST a1/exec']);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ command: COMMAND.command, timeout: 2 });
  });

  it('names the container, also where that fails', async () => {
    const { client, requests } = scriptedClient([answer(200, {}), answer(403)]);
    const inside = { ...COMMAND, container: 'side' };
    await client.exec(MACHINE, inside, NEVER);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      command: COMMAND.command,
      timeout: 2,
      container: 'side',
    });
    const error = await thrownBy(client.exec(MACHINE, inside, NEVER));
    expect(error.message).toMatch(/^run the command in container side of machine a1: /);
  });

  it.each([{}, { exit_code: null, stdout: null }])('takes what is left out for zero: %j', async (body) => {
    const { client } = scriptedClient([answer(200, body)]);
    const nothing = { exitCode: 0, exitSignal: 0, stdout: '', stderr: '' };
    expect(await client.exec(MACHINE, COMMAND, NEVER)).toEqual(nothing);
  });

  it.each([
    ['a cut connection', connectionError('ECONNRESET')],
    ['408', answer(408)],
    ['502', answer(502)],
  ])('is never repeated after %s, nor shown', async (_, trouble) => {
    const { client, clock, requests } = scriptedClient([trouble]);
    const error = await thrownBy(clock.run(client.exec(MACHINE, COMMAND, NEVER)));
    expect(requests).toHaveLength(1);
    expect(error.line).toContain('run the command in machine a1');
    expect(error.line).not.toContain('PASSWORD');
  });

  it('has its own time and half a minute more', async () => {
    const { client, clock } = scriptedClient(['hang']);
    const start = clock.now();
    const error = await thrownBy(clock.run(client.exec(MACHINE, { ...COMMAND, timeout: 60_000 }, NEVER)));
    expect(error.class).toBe('timeout');
    expect(clock.now() - start).toBe(90_000);
  });
});

describe('when Fly runs a command', () => {
  it.each([
    ['full', 'json'],
    ['no-zeros', 'octet-stream'],
  ] as const)('tells how it ended (%s, %s)', async (execReply, execType) => {
    const outcome = { exitCode: 3, stdout: 'out', stderr: 'no\n' };
    const behaviour = { exec: ([name = '']: readonly string[]) => (name === 'fail' ? outcome : {}) };
    const settings = { execReply, execType };
    const { client, clock } = createMachinesRig({ machines: [{ id: 'a1', behaviour }], settings });
    const run = (name: string) => clock.run(client.exec(MACHINE, { command: [name], timeout: 5_000 }, NEVER));
    expect(await run('fail')).toEqual({ ...outcome, exitSignal: 0 });
    expect(await run('work')).toEqual({ exitCode: 0, exitSignal: 0, stdout: '', stderr: '' });
  });
});

describe('when a machine is waited for', () => {
  const wait = (bench: ScriptedClient, states: readonly string[]) =>
    bench.clock.run(bench.client.wait(MACHINE, { states, version: undefined, seconds: 15 }, NEVER));

  it('asks for states, so many seconds, and a version where there is one', async () => {
    const { client, asked } = scriptedClient([answer(200, { state: 'started' }), answer(200, { ok: true })]);
    await client.wait(MACHINE, { states: ['stopped', 'started'], version: undefined, seconds: 15 }, NEVER);
    await client.wait(MACHINE, { states: ['stopped'], version: '01V', seconds: 60 }, NEVER);
    expect(asked()).toEqual([
      'GET a1/wait?state=stopped&state=started&timeout=15',
      'GET a1/wait?state=stopped&timeout=60&version=01V',
    ]);
  });

  it.each([
    [200, { ok: true, state: 'started' }],
    [200, { ok: true }],
    [200, { ok: true, state: 'failed' }],
    [408, { error: 'deadline_exceeded: machine failed to reach desired state' }],
    [408, { error: 'timeout' }],
  ])('has waited after %i %j, whatever came of that', async (status, body) => {
    const bench = scriptedClient([answer(status, body)]);
    await wait(bench, ['started']);
    expect(bench.requests).toHaveLength(1);
  });

  it.each([400, 404, 412])('throws for %i', async (status) => {
    const bench = scriptedClient([answer(status, { error: 'no' })]);
    expect(await thrownBy(wait(bench, ['started']))).toMatchObject({ status });
  });
});
