import type { CommandName } from '../../src/command-table.js';
import { tokenText } from '../../src/macaroon/bundle.js';
import { createStepRig, type StepRig } from '../support/rigs/step-rig.js';
import { permission, withThirdParty } from '../support/tokens/tokens.js';

/** Where the maker of a token would like the runner to go, and none of it is an address to ask at. */
const PLACES: readonly (readonly [string, string])[] = [
  ['a service of the runner', 'http://127.0.0.1:2375/containers/json'],
  ['the same by name', 'http://localhost:2375/'],
  ['the same over IPv6', 'http://[::1]:2375/'],
  ['the same in other numbers', 'http://2130706433:2375/'],
  ['the same within IPv6', 'http://[::ffff:127.0.0.1]:2375/'],
  ['any address of the runner', 'http://0.0.0.0:2375/'],
  ['the metadata of a cloud', 'http://169.254.169.254/latest/meta-data/'],
  ["Fly's private network", 'http://_api.internal:4280/v1/apps'],
  ['a path with a query', 'https://id.example/latest?x='],
  ['a path with a fragment', 'https://id.example/latest#'],
  ['another host than the one that is read', 'https://api.fly.io@evil.example/aaa/v1'],
  ['a host behind a backslash', 'https://evil.example\\@api.fly.io/aaa/v1'],
  ['a path that climbs', 'https://api.fly.io/aaa/v1/../../graphql'],
  ['a path that climbs in an encoding', 'https://api.fly.io/aaa/v1/%2e%2e/graphql'],
  ['a path that climbs behind a backslash', 'https://api.fly.io/aaa/v1\\..\\graphql'],
  ['a file', 'file:///etc/passwd'],
  ['data', 'data:,x'],
  ['nowhere', ''],
];
const COMMANDS: readonly CommandName[] = ['auth', 'inspect', 'list', 'stop'];
const OAUTH = `fo1_${'O'.repeat(43)}`;

let rig: StepRig;
beforeEach(() => {
  rig = createStepRig({ machines: [{ id: '148e21a2b32789' }] });
});
afterEach(() => rig.end());

const inputsOf = (command: CommandName, token: string) => ({
  token,
  app: 'my-app',
  timeout: '30s',
  ...(command === 'stop' ? { machines: '148e21a2b32789' } : {}),
});

describe('when whoever made a token decides where its tickets go', () => {
  it.each(PLACES.flatMap(([what, location]) => COMMANDS.map((command) => ({ what, location, command }))))(
    '$command asks nobody there: $what',
    async ({ location, command }) => {
      const token = tokenText(withThirdParty(permission(), location));
      const { log } = await rig.step(command, inputsOf(command, `${token},${OAUTH}`));
      expect(rig.sent.filter((it) => !it.includes(' https://api.machines.dev/'))).toEqual([]);
      expect(JSON.stringify(log.lines)).not.toContain(OAUTH.slice(4));
    },
  );

  it('auth asks at an address that is one', async () => {
    const token = tokenText(withThirdParty(permission(), 'https://id.example/v1'));
    await rig.step('auth', inputsOf('auth', token));
    expect(rig.sent).toContainEqual(expect.stringMatching(/^POST https:\/\/id\.example\/v1\//));
  });

  const crowd = Array.from({ length: 300 }, (_, index) => `https://host-${index}.example/v1`);
  const crowded = tokenText(
    crowd.reduce((macaroon, location) => withThirdParty(macaroon, location), permission()),
  );

  it.each(COMMANDS)('%s asks none of a crowd', async (command) => {
    await rig.step(command, inputsOf(command, crowded));
    expect(rig.sent.filter((it) => it.includes('.example'))).toEqual([]);
  });
});
