import { systemClock } from '../../emulator/clock.js';
import { createFly, type Fly } from '../../emulator/fly.js';
import { systemRandom } from '../../emulator/random.js';
import { type Server, serve } from '../../emulator/server.js';
import { record } from '../record.js';
import { type GoThirdParty, startGoThirdParty } from './go-third-party.js';

jest.setTimeout(300_000);

const APP = 'my-app';
const MACHINE = '148e21ea7e4689';

let go: GoThirdParty;
let fly: Fly;
let server: Server;
let cases = 0;
beforeAll(async () => {
  go = await startGoThirdParty();
  const apps = [{ name: APP, machines: [{ id: MACHINE }] }, { name: 'sibling' }];
  fly = createFly({ clock: systemClock, random: systemRandom, apps });
  server = await serve(fly);
});
afterAll(async () => {
  await go.stop();
  await server.close();
  record({
    compared: "the emulator's answers on what a token may do, as Fly's own client reads them",
    against: 'superfly/macaroon/flyio/machinesapi v0.3.0',
    cases,
    result: 'agree',
  });
});

function ask(access: object, actions = 'rC') {
  cases += 1;
  const header = fly.mintToken({ app: APP, actions, withDischarge: true });
  return go.authorize({ url: server.url, header, access });
}

describe("when Fly's own client asks the emulator what a token may do", () => {
  it.each<[object, object]>([
    [
      { app_name: APP, action: 'rC' },
      { action: 'rC', orgid: 4001, appid: 1000001 },
    ],
    [
      { machine_id: MACHINE, action: 'C', command: ['ls'] },
      { action: 'C', orgid: 4001, appid: 1000001, machine: MACHINE, command: ['ls'] },
    ],
  ])('takes its answer, and the token in it for its own: %j', async (access, expected) => {
    expect(await ask(access)).toEqual({ access: expected, error: '' });
  });

  it.each<[object, RegExp]>([
    [{ app_name: APP, action: 'w' }, /unauthorized for access w/],
    [{ app_name: 'sibling', action: 'r' }, /unauthorized for app/],
    [{ app_name: 'nothing', action: 'r' }, /app not found/],
    [{ app_name: APP, action: 'C', command: ['ls'] }, /machine/],
  ])('hears why not: %j', async (access, error) => {
    expect(await ask(access)).toEqual({ access: null, error: expect.stringMatching(error) });
  });
});
