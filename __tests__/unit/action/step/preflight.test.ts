import type { TokenOptions } from '../../../../emulator/tokens.js';
import type { CommandName } from '../../../../src/command-table.js';
import { parseAction } from '../../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../../src/macaroon/caveats.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

let rig: StepRig;
beforeEach(() => {
  rig = createStepRig({ machines: [{ id: 'm1' }, { id: 'm2' }], settings: { rateLimits: false } });
});
afterEach(() => rig.end());

const r = parseAction('r');
const readOnly: Caveat = { name: 'Action', body: r };
const lsOnly: Caveat = {
  name: 'IfPresent',
  body: { ifs: [{ name: 'Commands', body: [{ args: ['ls'], exact: true }] }], else: r },
};
const ALL = { machines: 'all' };

/** A step with a token of its own that needs no discharge. */
async function step(
  command: CommandName,
  token: TokenOptions | string,
  inputs: Readonly<Record<string, string>> = ALL,
) {
  const text =
    typeof token === 'string' ? token : rig.fly.mintToken({ app: 'my-app', thirdParty: false, ...token });
  const { succeeded, log } = await rig.step(command, { token: text, app: 'my-app', ...inputs });
  return { succeeded, errors: log.said('error') };
}

describe("when the token's own caveats rule out what a step is to do", () => {
  it.each<[CommandName, string, Readonly<Record<string, string>>]>([
    ['start', 'start machines', ALL],
    ['stop', 'stop machines', ALL],
    ['suspend', 'suspend machines', ALL],
    ['restart', 'restart machines', ALL],
    ['cordon', 'cordon machines', ALL],
    ['uncordon', 'cordon machines', ALL],
    ['stop-idle', 'stop machines', {}],
    ['warm-up', 'start machines', {}],
    ['stop', 'stop machines', { ...ALL, 'on-failure': 'warn' }],
  ])('%s fails before anything is sent: it may not %s, %j', async (command, doing, inputs) => {
    const { succeeded, errors } = await step(command, { extraCaveats: [readOnly] }, inputs);
    expect(errors).toEqual([
      `forbidden: The token may not ${doing}, because of “only read” (Action). Make one that may with \`fly tokens create deploy -a my-app -x 8760h\`.`,
    ]);
    expect(succeeded).toBe(false);
    expect(rig.sent).toEqual([]);
  });

  it('a dry run shows what would be done, and warns that a real run would be refused', async () => {
    const token = rig.fly.mintToken({ extraCaveats: [readOnly] });
    const { succeeded, log, runner } = await rig.step('stop', {
      ...{ ...ALL, token, app: 'my-app', 'dry-run': 'true' },
    });
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/^A real run would be refused\. forbidden: The token may not stop machines, /),
    ]);
    expect(runner.outputs['machines']).toContain('dry run: would stop');
    expect(succeeded).toBe(true);
  });

  it('nothing is refused where no machine is chosen', async () => {
    const { succeeded } = await step('stop', { extraCaveats: [readOnly] }, { machines: '[]' });
    expect(succeeded).toBe(true);
  });

  it.each(['list', 'wait'] as const)('%s is not held up by that', async (command) => {
    const { succeeded } = await step(command, { extraCaveats: [readOnly] }, {});
    expect(succeeded).toBe(true);
  });

  it('exec fails for a command that is not among those allowed, and goes on for one that is', async () => {
    const { errors } = await step('exec', { extraCaveats: [lsOnly] }, { ...ALL, run: 'rm -r /' });
    expect(errors).toEqual([
      expect.stringMatching(
        /^forbidden: The token may not run a command, .*`fly tokens create machine-exec -a my-app -x 8760h`/,
      ),
    ]);
    expect(rig.sent).toEqual([]);
    await step('exec', { extraCaveats: [lsOnly] }, { ...ALL, run: 'ls' });
    expect(rig.sent.length).toBeGreaterThan(1);
  });

  it('takes two caveats that leave no app together for a no', async () => {
    const { errors } = await step('list', { extraCaveats: [apps(5n)] }, {});
    expect(errors[0]).toMatch(/^forbidden: The token may not read machines, because of “only app 5/);
    expect(rig.sent).toEqual([]);
  });

  it.each<[string, TokenOptions, Readonly<Record<string, string>>, boolean]>([
    ['a token that may not', { extraCaveats: [readOnly] }, {}, false],
    ['a session that `auth` has narrowed', {}, { scope: 'read' }, true],
  ])('does so in a session: %s', async (_, options, inputs, isNarrowed) => {
    const token = rig.fly.mintToken({ app: 'my-app', thirdParty: false, ...options });
    await rig.step('auth', { token, app: 'my-app', ...inputs });
    rig.sent.length = 0;
    const [error = ''] = (await rig.step('stop', ALL)).log.said('error');
    expect(error).toMatch(/^forbidden: The token may not stop machines, because of “only read” \(Action\)/);
    // What is to be done about the one is nothing for the other.
    expect(/ `scope` or `attenuate-with` of `auth` left this session: only read; /.test(error)).toBe(
      isNarrowed,
    );
    expect(error.includes('Make one that may with')).toBe(!isNarrowed);
    expect(rig.sent).toEqual([]);
  });
});

describe('when it is not certain that the token forbids it', () => {
  it.each<[string, TokenOptions]>([
    ['it is for an app by number', {}],
    [
      'it is for some machines',
      { extraCaveats: [{ name: 'Machines', body: { machines: new Map([['m1', 31]]) } }] },
    ],
    ['a machine of Fly must send it', { extraCaveats: [{ name: 'FromMachineSource', body: { id: 'x' } }] }],
  ])('asks Fly: %s', async (_, token) => {
    await step('stop', token);
    expect(rig.sent.length).toBeGreaterThan(0);
  });

  it('asks Fly where a part of the token can not be read', async () => {
    const text = rig.fly.mintToken({ app: 'my-app', thirdParty: false, extraCaveats: [readOnly] });
    const { errors } = await step('stop', `${text},fm2_AAAA`);
    expect(errors[0]).toMatch(/403/);
  });

  it("leaves a token's end to the time that Fly tells", async () => {
    const { errors } = await step('stop', { expires: 1_000 });
    expect(errors).toEqual([expect.stringMatching(/^token expired: /)]);
  });

  it('adds no request to start and stop', async () => {
    await step('stop', {}, { machines: 'm1' });
    await step('start', {}, { machines: 'm1' });
    const path = 'https://api.machines.dev/v1/apps/my-app/machines';
    expect(rig.sent.filter((it) => !it.includes('/wait'))).toEqual([
      `GET ${path}`,
      `POST ${path}/m1/stop`,
      `GET ${path}/m1`,
      `GET ${path}`,
      `POST ${path}/m1/start`,
      `GET ${path}/m1`,
    ]);
  });
});

const machines = (...ids: readonly string[]): Caveat => ({
  name: 'Machines',
  body: { machines: new Map(ids.map((id) => [id, parseAction('rC')])) },
});
const oneMachine: Caveat = { name: 'IfPresent', body: { ifs: [machines('m1')], else: r } };

describe("when the token's caveats rule out some of the machines", () => {
  const ruledOut =
    'The token may not stop this machine, because of “only machine m1 (read, control); all else: read” (IfPresent)';

  it.each(['false', 'true'])(
    'those fail without a request, and the others go on; dry run: %s',
    async (dry) => {
      const token = rig.fly.mintToken({ app: 'my-app', thirdParty: false, extraCaveats: [oneMachine] });
      const { succeeded, log, runner } = await rig.step('stop', {
        ...ALL,
        token,
        app: 'my-app',
        'dry-run': dry,
      });
      expect(succeeded).toBe(false);
      expect(runner.outputs['failed-ids']).toBe('["m2"]');
      expect(runner.outputs['changed-ids']).toBe(dry === 'true' ? '[]' : '["m1"]');
      expect(log.said('error')[0]).toContain(ruledOut);
      expect(rig.sent.filter((it) => it.includes('/m2'))).toEqual([]);
      expect(rig.sent.some((it) => it.endsWith('/m1/stop'))).toBe(dry === 'false');
    },
  );

  it('in a session, the narrowing is what is named', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', thirdParty: false });
    const body = { ifs: [{ type: 'Machines', body: { machines: { m1: 'rC' } } }], else: 'r' };
    const given = JSON.stringify([{ type: 'IfPresent', body }]);
    await rig.step('auth', { token, app: 'my-app', 'attenuate-with': given });
    const [error] = (await rig.step('stop', { ...ALL, 'dry-run': 'true' })).log.said('error');
    expect(error).toMatch(/`scope` or `attenuate-with` of `auth` left this session: only machine m1 /);
    expect(error).not.toContain('fly tokens create');
  });

  it.each(['false', 'true'])(
    'a warm-up takes others, or fails where it wants all; dry run: %s',
    async (dry) => {
      const own = createStepRig({
        machines: ['m1', 'm2'].map((id) => ({ id, state: 'stopped' })),
      });
      const token = own.fly.mintToken({ app: 'my-app', thirdParty: false, extraCaveats: [oneMachine] });
      const inputs = { token, app: 'my-app', 'dry-run': dry };
      const all = await own.step('warm-up', { ...inputs, count: 'all' });
      expect(all.log.said('error')[0]).toContain('The token may not start this machine');
      expect(all.runner.outputs['failed-ids']).toBe('["m2"]');
      expect((await own.step('warm-up', { ...inputs, count: '1' })).succeeded).toBe(true);
      expect((await own.step('warm-up', { ...inputs, count: '2' })).succeeded).toBe(false);
      expect(own.sent.filter((it) => it.includes('/m2'))).toEqual([]);
      own.end();
    },
  );
});

describe('when Fly refuses what a session was narrowed to', () => {
  it('names the narrowing first', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', thirdParty: false });
    const given = JSON.stringify([{ type: 'Machines', body: { machines: { m1: 'rC' } } }]);
    await rig.step('auth', { token, app: 'my-app', 'attenuate-with': given });
    const [error] = (await rig.step('list')).log.said('error');
    expect(error).toMatch(
      /^forbidden: .*Fly answered 403.* `scope` or `attenuate-with` of `auth` left this session: only machine m1 \(read, control\)\. /,
    );
  });

  it('names the app in every advice', async () => {
    const [error] = (await step('list', { expires: 1_000 }, {})).errors;
    expect(error).toMatch(/`fly tokens create deploy -a my-app -x 8760h`/);
  });
});

describe('when a dry run can not tell what Fly will say', () => {
  const doubts = async (command: CommandName, token: TokenOptions, inputs = {}) => {
    const text = rig.fly.mintToken({ app: 'my-app', thirdParty: false, ...token });
    const { log } = await rig.step(command, {
      token: text,
      app: 'my-app',
      ...ALL,
      'dry-run': 'true',
      ...inputs,
    });
    return log.said('notice').filter((it) => it.startsWith('Only Fly can say'));
  };

  it.each<[string, CommandName, TokenOptions, Readonly<Record<string, string>>, number]>([
    ['a command, with reading alone', 'exec', { actions: 'r' }, { run: 'ls' }, 1],
    ['a cordon, with control alone', 'cordon', { actions: 'rC' }, {}, 1],
    ['a stop, with control alone', 'stop', { actions: 'rC' }, {}, 0],
    ['a command, with all', 'exec', { expires: 1_900_000_000 }, { run: 'ls' }, 0],
    ['a command, for real', 'exec', { actions: 'r' }, { run: 'ls', 'dry-run': 'false' }, 0],
  ])('one notice says so, or none: %s', async (_, command, token, inputs, notices) => {
    expect(await doubts(command, token, inputs)).toHaveLength(notices);
  });
});

function apps(id: bigint): Caveat {
  return { name: 'Apps', body: { apps: new Map([[id, 31]]) } };
}
