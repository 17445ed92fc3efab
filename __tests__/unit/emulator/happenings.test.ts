import type { Happening } from '../../../emulator/happening.js';
import type { MachineSpec } from '../../../emulator/machines/build.js';
import { APP, createRig, ID, PATH, parse } from './rig.js';

/** A rig that keeps what happens; `told` returns it in lines, with times counted from the start. */
function watched(machine: MachineSpec = {}, options: Parameters<typeof createRig>[1] = {}) {
  const happenings: Happening[] = [];
  const rig = createRig([{ id: ID, ...machine }], { ...options, onHappening: (it) => happenings.push(it) });
  const start = rig.clock.now();
  const told = (): string[] => {
    rig.fly.machines(APP);
    return happenings.splice(0).map((it) => `${it.at - start} ${causeOf(it)} ${lineOf(it)}`);
  };
  const send = (by: string, method: string, path: string, body = '', headers = {}) => {
    const authorization = rig.fly.mintToken({ app: APP, withDischarge: true });
    const request = { method, path, headers: { authorization, ...headers }, body, by };
    return rig.clock.run(rig.fly.handle(request));
  };
  return { ...rig, happenings, told, send };
}

const causeOf = ({ cause }: Happening) => ('by' in cause ? `${cause.kind} ${cause.by}` : cause.kind);

function lineOf(it: Happening): string {
  switch (it.kind) {
    case 'state': {
      const { code, oom, requested } = it.exit ?? {};
      const exit =
        it.exit === undefined ? '' : ` (${code}${oom ? ', oom' : ''}${requested ? ', asked' : ''})`;
      return `${it.from} > ${it.to}${exit}`;
    }
    case 'cordon':
      return it.cordoned ? 'cordoned' : 'uncordoned';
    case 'metadata':
      return `${it.key}: ${it.before} > ${it.after}`;
    case 'lease':
      return `${it.does} ${it.nonce}`;
    case 'exec':
      return `ran ${it.command.join(' ')}`;
    case 'version':
      return 'version';
    case 'created':
      return `created ${it.state}`;
  }
}

describe('when requests change a machine', () => {
  it('tells each change with its own time and who asked for it, however late it is noticed', async () => {
    const { send, told, clock } = watched();
    await send('one', 'POST', `${PATH}/stop`);
    await clock.advance(60_000);
    await send('two', 'POST', `${PATH}/start`);
    await clock.advance(60_000);
    await send('three', 'POST', `${PATH}/suspend`);
    await clock.advance(60_000);
    expect(told()).toEqual([
      '0 request one started > stopping',
      '400 request one stopping > stopped (0, asked)',
      '60000 request two stopped > starting',
      '60800 request two starting > started',
      '120000 request three started > suspending',
      '120500 request three suspending > suspended',
    ]);
  });

  it('tells a restart as one request with two states of its own', async () => {
    const { send, told, clock } = watched();
    await send('one', 'POST', `${PATH}/restart`);
    await clock.advance(60_000);
    expect(told()).toEqual([
      '0 request one started > restarting',
      '400 request one restarting > restarting (0, asked)',
      '400 request one restarting > starting',
      '1200 request one starting > started',
    ]);
  });

  it('names the very request, and nobody where the request does', async () => {
    const { act, happenings } = watched();
    await act('stop');
    expect(happenings).toMatchObject([
      { app: APP, machine: ID, cause: { kind: 'request', by: '', request: { path: `${PATH}/stop` } } },
    ]);
  });

  it('tells a cordon once, whoever asks again', async () => {
    const { send, told } = watched();
    for (const action of ['cordon', 'cordon', 'uncordon']) await send(action, 'POST', `${PATH}/${action}`);
    expect(told()).toEqual(['0 request cordon cordoned', '0 request uncordon uncordoned']);
  });

  it('tells metadata key by key, where it changed', async () => {
    const { send, told } = watched({ metadata: { kept: '1', gone: '2' } });
    await send('one', 'PATCH', `${PATH}/metadata`, '{"metadata":{"kept":"1","gone":null,"come":"3"}}');
    await send('two', 'POST', `${PATH}/metadata/come`, '{"value":"4"}');
    expect(told()).toEqual([
      '0 request one gone: 2 > undefined',
      '0 request one come: undefined > 3',
      '0 request two come: 3 > 4',
    ]);
  });

  it('tells the life of a lease', async () => {
    const { send, told, happenings, clock } = watched();
    const got = await send('one', 'POST', `${PATH}/lease`, '{"ttl":30}');
    const { nonce } = parse<{ data: { nonce: string } }>('body' in got ? got : got.answer).data;
    const end = Math.floor(clock.now() / 1_000) * 1_000 + 30_000;
    expect(happenings).toMatchObject([{ nonce, until: end }]);
    await send('two', 'POST', `${PATH}/lease`, '{"ttl":30}');
    await send('one', 'POST', `${PATH}/lease`, '{"ttl":60}', { 'fly-machine-lease-nonce': nonce });
    await send('one', 'DELETE', `${PATH}/lease`, '', { 'fly-machine-lease-nonce': nonce });
    expect(told()).toEqual(['taken', 'renewed', 'released'].map((does) => `0 request one ${does} ${nonce}`));
  });

  it('tells a command that began, and none that was refused', async () => {
    const { send, told } = watched();
    await send('one', 'POST', `${PATH}/exec`, '{"command":["echo","hello"]}');
    await send('two', 'POST', `${PATH}/exec`, '{"command":[]}');
    expect(told()).toEqual(['0 request one ran echo hello']);
  });

  it('tells nothing of what changes nothing', async () => {
    const { send, told } = watched();
    await send('one', 'GET', PATH);
    await send('one', 'POST', `${PATH}/start`);
    expect(told()).toEqual([]);
  });
});

describe('when nobody asks for a change', () => {
  it("tells the machine's own doing", async () => {
    const { send, told, clock } = watched({
      state: 'stopped',
      behaviour: { boot: 'exits', exitAfterMs: 1_000, killed: true },
      config: { restart: { policy: 'on-failure', max_retries: 1 } },
    });
    await send('one', 'POST', `${PATH}/start`);
    await clock.advance(60_000);
    expect(told()).toEqual([
      '0 request one stopped > starting',
      '800 request one starting > started',
      '1800 machine started > stopped (-1, oom)',
      '1800 machine stopped > starting',
      '2600 machine starting > started',
      '3600 machine started > stopped (-1, oom)',
    ]);
  });

  it('tells what the proxy woke', async () => {
    const { send, told, clock } = watched({ behaviour: { visitedAfterMs: 1_500 } });
    await send('one', 'POST', `${PATH}/stop`);
    await clock.advance(60_000);
    expect(told().slice(2)).toEqual(['1500 proxy stopped > starting', '2300 proxy starting > started']);
  });

  it('tells the launch of a machine', async () => {
    const { told, clock } = watched({ state: 'created' });
    await clock.advance(60_000);
    expect(told()).toEqual(['7000 machine created > starting', '7800 machine starting > started']);
  });

  it('tells a machine that joins', () => {
    const { fly, happenings } = watched();
    fly.addMachine(APP, { id: 'late', state: 'stopped' });
    fly.addApp({ name: 'new-app', machines: [{ id: 'first' }] });
    expect(happenings).toMatchObject([
      { kind: 'created', app: APP, machine: 'late', state: 'stopped' },
      { kind: 'created', app: 'new-app', machine: 'first', state: 'started' },
    ]);
  });
});
