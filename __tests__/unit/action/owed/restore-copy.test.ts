import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { outgrowsHeader } from '../../../../src/action/owed/restore-copy.js';
import type { CommandName } from '../../../../src/command-table.js';
import { parseBundle, tokenText } from '../../../../src/macaroon/bundle.js';
import { caveatJson } from '../../../../src/macaroon/caveat-json.js';
import { PERMISSION_LOCATION } from '../../../../src/macaroon/macaroon.js';
import { mint } from '../../../../src/macaroon/mint.js';
import { runPost } from '../../../support/rigs/post-run.js';
import { passed } from '../../../support/rigs/step-inputs.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';

const APP = 'my-app';
const HOUR_MS = 3_600_000;
const OAUTH = 'fo1_abcdefghijklmnopqrst';
const STOP = { machines: 'm1', restore: 'true' };

let rig: StepRig;
afterEach(() => rig.end());

function create(options: Parameters<typeof createStepRig>[0] = {}): StepRig {
  rig = createStepRig({ machines: [{ id: 'm1' }, { id: 'm2' }], ...options });
  return rig;
}

const mintToken = (options: Parameters<StepRig['fly']['mintToken']>[0] = {}) =>
  rig.fly.mintToken({ app: APP, ...options });
const auth = (inputs: Readonly<Record<string, string>> = {}) => rig.step('auth', { app: APP, ...inputs });
const stateOf = (id = 'm1', app = APP) => rig.fly.machine(app, id).state;
const files = (kind: string) => readdirSync(rig.temp).filter((name) => name.includes(kind));

interface Copy {
  readonly token: string;
  readonly discharges: readonly { readonly text: string }[];
  readonly thirdPartyCredentials: readonly string[];
}

function copy(): Copy {
  const [name = ''] = files('restore');
  return JSON.parse(readFileSync(join(rig.temp, name), 'utf8'));
}

/** What was added to the first permission token, caveat by caveat. */
function added(token: string): ReturnType<typeof caveatJson>[] {
  const before = parseBundle(token).permissions[0]?.macaroon.caveats.length;
  return parseBundle(copy().token).permissions[0]?.macaroon.caveats.slice(before).map(caveatJson) ?? [];
}

const BODIES: Readonly<Record<string, string>> = { exec: '{"command":["ls"]}', stop: '{}' };

/** The Authorization header of whoever reads the copy. */
function stolen(): string {
  const { token, discharges } = copy();
  return `FlyV1 ${[token, ...discharges.map(({ text }) => text)].join(',')}`;
}

async function ask(method: string, path: string, authorization = stolen()): Promise<number> {
  const [, kind = ''] = /\/(exec|stop)$/.exec(path) ?? [];
  const type = kind === '' ? {} : { 'content-type': 'application/json' };
  const headers = { authorization, ...type };
  const request = { method, path: `/v1/apps/${path}`, headers, body: BODIES[kind] ?? '' };
  const reply = await rig.fly.handle(request);
  if ('fault' in reply) throw new Error('no answer');
  return reply.status;
}

describe('when the session changes hands before the post', () => {
  it('puts back what a step changed under the session of another token', async () => {
    create();
    await auth({ token: mintToken() });
    const first = await rig.step('auth', { token: mintToken(), app: APP });
    const step = await rig.step('stop', STOP);
    const second = await auth({ token: mintToken() });
    for (const run of [second, step, first]) {
      const { log } = await runPost(rig, run);
      expect(log.said('warning')).toEqual([]);
    }
    expect(stateOf()).toBe('started');
    expect(files('fly-machines-restore')).toEqual([]);
  });

  it.each([
    { scope: 'read' },
    { 'max-lifetime': '10m' },
    { 'attenuate-with': '[{"type":"Action","body":"r"}]' },
  ])('puts it back though the session was narrowed: %j', async (narrowing) => {
    create();
    const token = mintToken();
    await auth({ token });
    const step = await rig.step('stop', STOP);
    const narrowed = await auth({ token, ...narrowing });
    expect([narrowed.succeeded, narrowed.log.said('warning')]).toEqual([true, []]);
    await rig.clock.advance(HOUR_MS);
    const { log } = await runPost(rig, step);
    expect([stateOf(), log.said('warning')]).toEqual(['started', []]);
  });

  it('puts it back without the session, which its own post has closed before', async () => {
    create();
    const opened = await auth({ token: mintToken() });
    const step = await rig.step('stop', STOP);
    await runPost(rig, opened);
    expect(files('session')).toEqual([]);
    const { log } = await runPost(rig, step);
    expect([stateOf(), log.said('warning'), files('session')]).toEqual(['started', [], []]);
  });

  it('leaves the session as it is: new discharges are for the copy', async () => {
    create();
    await auth({ token: mintToken() });
    const step = await rig.step('stop', STOP);
    await rig.clock.advance(HOUR_MS);
    const [name = ''] = files('session');
    const before = readFileSync(join(rig.temp, name), 'utf8');
    const { log } = await runPost(rig, step);
    expect(log.said('info').join('\n')).toContain('Discharge of');
    expect(readFileSync(join(rig.temp, name), 'utf8')).toBe(before);
  });

  it('says so where the copy is gone, though a session is open', async () => {
    create();
    await auth({ token: mintToken() });
    const step = await rig.step('stop', STOP);
    for (const name of files('fly-machines-restore')) rmSync(join(rig.temp, name));
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([expect.stringContaining('Has a step emptied RUNNER_TEMP?')]);
    expect(stateOf()).toBe('stopped');
  });
});

describe('when the post of another step comes first', () => {
  const JOB = {
    ...{ GITHUB_REPOSITORY: 'me/shop', GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'test' },
  };

  it('keeps the copy for who tries again what that could not put back', async () => {
    create();
    const token = mintToken();
    const steps: StepRun[] = [];
    for (const machines of ['m1', 'm2'])
      steps.push(
        await rig.step(
          'stop',
          {},
          { env: { ...passed('stop', { ...STOP, machines, token, app: APP }), ...JOB } },
        ),
      );
    const [first, second] = steps;
    if (first === undefined || second === undefined) throw new Error('there are two');
    rig.fly.faults.push({ path: /m1\/start$/, fault: { status: 403, body: { error: 'no' } } });
    await runPost(rig, second, {}, JOB);
    expect([stateOf('m1'), stateOf('m2'), files('fly-machines-restore').length]).toEqual([
      ...['stopped', 'started', 1],
    ]);
    rig.fly.faults.length = 0;
    await runPost(rig, first, {}, JOB);
    expect([stateOf('m1'), files('fly-machines-restore')]).toEqual(['started', []]);
  });
});

describe('what a step with `restore` leaves for its post', () => {
  it('is never its whole token, be it its own or the environment’s', async () => {
    create();
    const token = mintToken();
    const whole = parseBundle(token).permissions.map(({ text }) => text.slice('fm2_'.length));
    await rig.step('stop', { ...STOP, token, app: APP });
    const env = { ...passed('stop', { machines: 'm2', app: APP, restore: 'true' }), FLY_API_TOKEN: token };
    const step = await rig.step('stop', {}, { env });
    expect([step.succeeded, files('fly-machines-restore').length]).toEqual([true, 2]);
    for (const name of readdirSync(rig.temp)) {
      const text = readFileSync(join(rig.temp, name), 'utf8');
      for (const secret of whole) expect(text).not.toContain(secret);
    }
    expect(step.log.masks).toContain(copy().token);
  });

  it('is narrowed to its machines, to reading and control, and to an end', async () => {
    create();
    const token = mintToken();
    await rig.step('stop', { ...STOP, token, app: APP });
    const [machines, others, window] = added(token);
    expect(machines).toEqual({ type: 'Machines', body: { machines: { m1: 'rC' } } });
    expect(others?.type).toBe('IfPresent');
    expect(window?.type).toBe('ValidityWindow');
  });

  it.each<[string, CommandName, Readonly<Record<string, string>>, string]>([
    ['cordon', 'cordon', {}, 'rwC'],
    ['a hold', 'start', { hold: '75m' }, 'rwC'],
    ['suspend', 'suspend', {}, 'rC'],
  ])('may write for %s alone', async (_, command, inputs, letters) => {
    create();
    const token = mintToken();
    await rig.step(command, { ...STOP, ...inputs, token, app: APP });
    expect(added(token)[0]).toEqual({ type: 'Machines', body: { machines: { m1: letters } } });
  });

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['GitHub’s runners', { RUNNER_ENVIRONMENT: 'github-hosted' }, 6.25],
    ['runners of one’s own', { RUNNER_ENVIRONMENT: 'self-hosted' }, 120],
    ['an engine that says nothing', {}, 120],
  ])('ends in time on %s, by Fly’s clock', async (_, more, hours) => {
    create();
    const start = rig.clock.now();
    const token = mintToken();
    const clock = { ...rig.clock, now: () => rig.clock.now() - 9 * HOUR_MS };
    const env = { ...passed('stop', { ...STOP, token, app: APP }), ...more };
    await rig.step('stop', {}, { env, clock });
    const end = Number(Object.values(added(token)[2]?.body ?? {})[1]);
    expect(end * 1000 - start).toBeGreaterThanOrEqual(hours * HOUR_MS);
    expect(end * 1000 - start).toBeLessThan(hours * HOUR_MS + 60_000);
  });

  it('ends with the token where that is sooner', async () => {
    create();
    const token = mintToken({ expires: (rig.clock.now() + HOUR_MS) / 1000 });
    await rig.step('stop', { ...STOP, token, app: APP });
    expect(added(token).map(({ type }) => type)).toEqual(['Machines', 'IfPresent']);
  });

  it('can’t do anything else', async () => {
    create();
    rig.fly.settings.execAction = 'r';
    const token = mintToken({ withDischarge: 30 * 24 * HOUR_MS });
    await rig.step('stop', { ...STOP, token, app: APP });
    const statuses = {
      itself: await ask('GET', `${APP}/machines/m1`),
      start: await ask('POST', `${APP}/machines/m1/start`),
      another: await ask('GET', `${APP}/machines/m2`),
      'another’s stop': await ask('POST', `${APP}/machines/m2/stop`),
      list: await ask('GET', `${APP}/machines`),
      exec: await ask('POST', `${APP}/machines/m1/exec`),
      app: await ask('GET', APP),
    };
    expect(statuses).toEqual({
      ...{ itself: 200, start: 200, another: 403, 'another’s stop': 403, list: 403, exec: 403, app: 403 },
    });
    await rig.clock.advance(121 * HOUR_MS);
    expect(await ask('GET', `${APP}/machines/m1`)).toBe(401);
  });

  it('is enough for a hold that is taken back', async () => {
    create({ machines: [{ id: 'm1' }, { id: 'm2', state: 'stopped' }] });
    rig.fly.settings.metadataAction = 'w';
    const inputs = { machines: 'all', hold: '75m', restore: 'true', app: APP, token: mintToken() };
    const step = await rig.step('start', inputs);
    expect(rig.fly.machine(APP, 'm1').config.metadata).toHaveProperty('keep-alive-until');
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([]);
    for (const id of ['m1', 'm2'])
      expect(rig.fly.machine(APP, id).config.metadata).not.toHaveProperty('keep-alive-until');
    expect([stateOf('m1'), stateOf('m2')]).toEqual(['started', 'stopped']);
  });
});

describe('when the post has a copy for its machines alone', () => {
  it('reads them one by one and asks for no list', async () => {
    create();
    const step = await rig.step('stop', { machines: 'all', restore: 'true', app: APP, token: mintToken() });
    const before = rig.fly.requests.length;
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([]);
    const paths = rig.fly.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    expect(paths).toContain(`GET /v1/apps/${APP}/machines/m1`);
    expect(paths).not.toContain(`GET /v1/apps/${APP}/machines`);
  });

  it('takes a second look for a proof that one is gone, and asks for no list then, either', async () => {
    create();
    const step = await rig.step('stop', { machines: 'all', restore: 'true', app: APP, token: mintToken() });
    rig.fly.faults.push({
      path: /machines\/m1$/,
      fault: { status: 404, body: { error: 'machine not found' } },
    });
    const before = rig.fly.requests.length;
    const { log } = await runPost(rig, step);
    const paths = rig.fly.requests.slice(before).map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith('/m1'))).toHaveLength(2);
    expect(paths).not.toContain(`/v1/apps/${APP}/machines`);
    expect(log.said('info').at(-1)).toMatch(/^put back: started 1, .*failed 0 of 2 /);
  });
});

describe('when there are more machines than a header holds ids of', () => {
  const MANY = Array.from({ length: 250 }, (_, index) => ({ id: `e78${String(index).padStart(11, '0')}` }));

  it('narrows the copy to their apps, and puts them back', async () => {
    create({
      apps: [
        { name: APP, machines: MANY },
        { name: 'shop', machines: [{ id: 's1' }] },
      ],
    });
    const token = rig.fly.mintToken({ withDischarge: true });
    const step = await rig.step('stop', { machines: 'all', restore: 'true', app: APP, token });
    expect(step.succeeded).toBe(true);
    const types = added(token).map(({ type }) => type);
    expect(types).toEqual(['Apps', 'IfPresent', 'ValidityWindow']);
    expect(await ask('GET', `${APP}/machines`)).toBe(200);
    expect(await ask('GET', 'shop/machines/s1')).toBe(403);
    const { log } = await runPost(rig, step);
    expect(log.said('warning')).toEqual([]);
    expect(rig.fly.machines(APP).every(({ state }) => state === 'started')).toBe(true);
  });

  it('changes nothing where the app’s number can’t be read', async () => {
    create({ machines: MANY });
    rig.fly.faults.push({ path: /apps\/my-app$/, fault: { status: 403, body: { error: 'no' } } });
    const inputs = { machines: 'all', restore: 'true', app: APP, token: mintToken() };
    const step = await rig.step('stop', inputs);
    expect(step.log.said('error').join()).toMatch(/`restore`.*my-app/);
    expect(rig.sent.filter((it) => it.startsWith('POST') && it.endsWith('/stop'))).toEqual([]);
    expect([step.runner.state['restore'] ?? '', files('fly-machines-restore')]).toEqual(['', []]);
  });

  it('names as many as fit', () => {
    create();
    const machines = MANY.map(({ id }) => ({ app: APP, id }));
    const one = parseBundle(mintToken());
    expect(outgrowsHeader(one, machines.slice(0, 200))).toBe(false);
    expect(outgrowsHeader(one, machines)).toBe(true);
    // Each permission token names them all.
    const two = parseBundle(mintToken({ permissions: 2 }));
    expect([100, 150].map((number) => outgrowsHeader(two, machines.slice(0, number)))).toEqual([false, true]);
  });
});

describe('what can’t be narrowed', () => {
  /** As only discharges should be. */
  function finished(): string {
    const nonce = { kid: Uint8Array.of(1), rnd: new Uint8Array(16), proof: true };
    return tokenText(mint({ nonce, location: PERMISSION_LOCATION, key: new Uint8Array(32), caveats: [] }));
  }

  it('is kept whole, with a warning, and puts back', async () => {
    create();
    rig.fly.userTokens.add(OAUTH);
    const step = await rig.step('stop', { ...STOP, token: OAUTH, app: APP });
    const whole = expect.stringMatching(/^1 OAuth token can't be narrowed: .*job's end/);
    expect(step.log.said('warning')).toEqual([whole]);
    expect(copy().token).toBe(OAUTH);
    const { log } = await runPost(rig, step);
    expect([stateOf(), log.said('warning')]).toEqual(['started', []]);
  });

  it('is left out where the rest does without', async () => {
    create();
    const token = `${mintToken({ thirdParty: false })},${OAUTH}`;
    const step = await rig.step('stop', { ...STOP, token, app: APP });
    expect(copy().token).not.toContain(OAUTH);
    expect(step.log.said('warning')).toEqual([]);
  });

  it('is kept where a discharge needs it, with a warning', async () => {
    create();
    rig.fly.origin = 'https://api.fly.io';
    const token = `${mintToken({ withDischarge: true })},${OAUTH}`;
    const step = await rig.step('stop', { ...STOP, token, app: APP });
    expect(step.succeeded).toBe(true);
    expect(copy().token).toContain(OAUTH);
    expect(step.log.said('warning').join()).toMatch(/1 OAuth token can't be narrowed/);
  });

  it('is a finished token, too', async () => {
    create();
    const step = await rig.step('stop', { ...STOP, token: `${mintToken()},${finished()}`, app: APP });
    expect(step.log.said('warning').join()).toMatch(/1 finished token can't be narrowed/);
  });

  it.each([
    { scope: 'read' },
    { 'max-lifetime': '1h' },
    { 'attenuate-with': '[{"type":"Action","body":"r"}]' },
  ])('is told of at once by an `auth` that narrows: %j', async (narrowing) => {
    create();
    rig.fly.userTokens.add(OAUTH);
    await rig.step('stop', { machines: 'all', restore: 'true', token: OAUTH, app: APP });
    const { log } = await auth({ token: mintToken(), ...narrowing });
    expect(log.said('warning').join()).toMatch(/2 machines .*whole .*RUNNER_TEMP/);
  });

  it('is no news to an `auth` that doesn’t narrow, nor where nothing is whole', async () => {
    create();
    rig.fly.userTokens.add(OAUTH);
    await rig.step('stop', { ...STOP, token: OAUTH, app: APP });
    const plain = await auth({ token: mintToken() });
    expect(plain.log.said('warning')).toEqual([]);
    for (const name of files('fly-machines-restore')) rmSync(join(rig.temp, name));
    await rig.step('stop', { machines: 'm2', restore: 'true' });
    const narrowing = await auth({ token: mintToken(), scope: 'read' });
    expect(narrowing.log.said('warning')).toEqual([]);
  });
});

describe('what third parties are shown', () => {
  const LINE = 'https://discharge.example.com: a-credential-of-some-length';

  it('is in the copy for the token’s own alone', async () => {
    create();
    rig.fly.origin = 'https://discharge.example.com';
    const inputs = { ...STOP, app: APP, 'third-party-credentials': LINE };
    await rig.step('stop', { ...inputs, token: mintToken({ thirdParty: false }) });
    expect(copy().thirdPartyCredentials).toEqual([]);
    for (const name of files('fly-machines-restore')) rmSync(join(rig.temp, name));
    await rig.step('stop', {
      ...inputs,
      machines: 'm2',
      token: mintToken({ thirdParty: 'own', withDischarge: true }),
    });
    expect(copy().thirdPartyCredentials).toEqual([LINE]);
  });
});
