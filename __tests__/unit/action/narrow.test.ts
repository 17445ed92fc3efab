import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlyOptions } from '../../../emulator/fly.js';
import { parseBundle, tokenText } from '../../../src/macaroon/bundle.js';
import { caveatJson } from '../../../src/macaroon/caveat-json.js';
import { caveatsNamed } from '../../../src/macaroon/caveats.js';
import { PERMISSION_LOCATION } from '../../../src/macaroon/macaroon.js';
import { mint } from '../../../src/macaroon/mint.js';
import { tokenUuid } from '../../../src/macaroon/nonce.js';
import { createStepRig, type StepRig, type StepRun } from '../../support/step-rig.js';

const HOUR_MS = 3_600_000;
/** When a rig's clock begins. */
const START = Date.UTC(2025, 0, 15, 12);
const OAUTH = 'fo1_abcdefghijklmnopqrst';
const CONTROL = { type: 'Action', body: 'rC' };
const APPS = ['my-app', 'shop'].map((name) => ({ name, machines: [{ id: `${name}-1` }] }));

let rig: StepRig;

function create(options: Partial<FlyOptions> = {}): StepRig {
  rig = createStepRig({ apps: APPS, ...options });
  return rig;
}

afterEach(() => rig.end());

const auth = (token: string, inputs: Readonly<Record<string, string>> = {}) =>
  rig.step('auth', { token, app: 'my-app', ...inputs });

/** The token that the session holds. */
function held(): string {
  const [name = ''] = readdirSync(rig.temp).filter((it) => it.includes('session'));
  const content: { token: string } = JSON.parse(readFileSync(join(rig.temp, name), 'utf8'));
  return content.token;
}

/** A permission token that nothing can be added to. */
function finished(): string {
  const nonce = { kid: Uint8Array.of(1), rnd: new Uint8Array(16), proof: true };
  return tokenText(mint({ nonce, location: PERMISSION_LOCATION, key: new Uint8Array(32), caveats: [] }));
}

/** The session's permission tokens, each as the caveats behind those of its issuer. */
function added(token: string): unknown[][] {
  const before = parseBundle(token).permissions.map(({ macaroon }) => macaroon);
  return parseBundle(held()).permissions.map(({ macaroon }, index) => {
    const own = before[index];
    if (own === undefined) throw new Error('the session holds a token more');
    expect(tokenUuid(macaroon.nonce)).toBe(tokenUuid(own.nonce));
    return macaroon.caveats.slice(own.caveats.length).map(caveatJson);
  });
}

const window = (ms: number) => ({
  type: 'ValidityWindow',
  body: { not_before: 0, not_after: (rig.clock.now() + ms) / 1000 },
});
/** The number of an app, as a token that is made for it has it. */
function numberOf(app: string): string {
  const [token] = parseBundle(rig.fly.mintToken({ app })).permissions;
  return [...(caveatsNamed(token?.macaroon.caveats ?? [], 'Apps')[0]?.body.apps.keys() ?? [])].join();
}

const errors = ({ log }: StepRun) => log.said('error').join('\n');

describe('when auth opens a session', () => {
  it('ends its copy of every permission token with the job, by Fly’s clock, and says so', async () => {
    create();
    const token = rig.fly.mintToken({ permissions: 2, withDischarge: true });
    const clock = { ...rig.clock, now: () => rig.clock.now() - 9 * HOUR_MS };
    const { log, runner } = await rig.step('auth', { token, app: 'my-app' }, { clock });
    expect(added(token)).toEqual([[window(7 * HOUR_MS)], [window(7 * HOUR_MS)]]);
    expect(runner.outputs).toMatchObject({ 'token-expires-at': '2025-01-15T19:00:00Z' });
    expect(log.said('info')).toContain(
      '  narrowed for this job: only until 2025-01-15T19:00:00Z (`max-lifetime` 7 h)',
    );
    expect((await rig.step('start', { machines: 'all' })).succeeded).toBe(true);
  });

  it('masks the copy, which no secret of the job’s is', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { log } = await auth(token);
    const copy = held();
    expect(copy).not.toContain(token.slice(6));
    expect(log.masks).toEqual(expect.arrayContaining([copy, copy.slice('fm2_'.length)]));
  });

  it.each([
    ['the token ends before', { expires: Date.UTC(2025, 0, 15, 18) / 1_000 }, {}],
    ['it is turned off', {}, { 'max-lifetime': '0' }],
  ])('leaves the token as it is where %s', async (_, options, inputs) => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app', ...options });
    const { log } = await auth(token, inputs);
    expect(added(token)).toEqual([[]]);
    expect(log.said('info').join()).not.toContain('narrowed');
  });

  it('says of a session that is over what ended it, and opens it again with the token', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    await auth(token, { 'max-lifetime': '30m' });
    await rig.clock.advance(HOUR_MS / 2 + 1_000);
    const asked = rig.sent.length;
    for (const late of [await rig.step('list'), await rig.step('auth')]) {
      expect(errors(late)).toContain("token expired: The session's token ended at 2025-01-15T12:30:00Z");
      expect(errors(late)).toContain('`max-lifetime` of `auth` (30 min) is over. Give `auth` a longer');
    }
    expect(rig.sent.slice(asked).filter((it) => it.includes('/apps/'))).toEqual([]);
    expect((await auth(token)).succeeded).toBe(true);
    expect((await rig.step('list')).succeeded).toBe(true);
  });

  it('says nothing of max-lifetime where the token itself has ended', async () => {
    create();
    const expires = rig.clock.now() / 1_000 + 60;
    await auth(rig.fly.mintToken({ app: 'my-app', expires }));
    await rig.clock.advance(61_000);
    expect(errors(await rig.step('list'))).toMatch(/The token ended at .* Make a new one/);
  });
});

describe('when a session is to allow less', () => {
  it('reads, and neither changes nor runs anything, with scope: read', async () => {
    create({ settings: { execAction: 'r' } });
    const token = rig.fly.mintToken();
    const { log } = await auth(token, { scope: 'read' });
    const only = (ifs: unknown) => ({ type: 'IfPresent', body: { ifs: [ifs], else: 'r' } });
    expect(added(token)).toEqual([
      [
        { type: 'Action', body: 'r' },
        only({ type: 'Commands', body: [] }),
        only({ type: 'Apps', body: { apps: { [numberOf('my-app')]: 'r' } } }),
        window(7 * HOUR_MS),
      ],
    ]);
    expect(log.said('info')).toContain('  narrowed for this job: only read');
    expect((await rig.step('list')).succeeded).toBe(true);
    expect(errors(await rig.step('stop', { machines: 'all' }))).toContain('forbidden: ');
    expect(errors(await rig.step('exec', { machines: 'all', run: 'date' }))).toContain('forbidden: ');
  });

  it('changes states of the named apps only with scope: control', async () => {
    create();
    const token = rig.fly.mintToken();
    await auth(token, { scope: 'control', app: 'my-app' });
    expect((await rig.step('stop', { machines: 'all' })).succeeded).toBe(true);
    expect(rig.sent.filter((it) => it.endsWith('/v1/apps/my-app'))).toHaveLength(1);
    // Joined for another app, the copy is for both.
    await auth(token, { scope: 'control', app: 'shop' });
    expect((await rig.step('stop', { app: 'my-app, shop', machines: 'all' })).succeeded).toBe(true);
    const apps = { [numberOf('my-app')]: 'rC', [numberOf('shop')]: 'rC' };
    expect(added(token)[0]?.[1]).toMatchObject({ body: { ifs: [{ body: { apps } }], else: 'r' } });
  });

  it.each([
    ['patterns', { app: 'my-*', org: 'personal' }],
    ['a whole organization', { app: 'auto', org: 'personal' }],
  ])('asks for no app where it is about %s', async (_, inputs) => {
    create();
    const token = rig.fly.mintToken();
    await auth(token, { scope: 'control', ...inputs });
    expect(added(token)).toEqual([[CONTROL, window(7 * HOUR_MS)]]);
    expect(rig.sent.filter((it) => it.includes('/v1/'))).toEqual([expect.stringContaining('macfly')]);
  });

  it('warns, and is not narrowed by app, where the number of one can’t be read', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { log } = await auth(token, { scope: 'control', app: 'my-app, shop' });
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/^The session is not narrowed to its apps. forbidden: read the app shop/),
    ]);
    expect(added(token)).toEqual([[CONTROL, window(7 * HOUR_MS)]]);
  });

  it.each([undefined, 0, 1.5, 2 ** 53, '7'])('takes no number that none is: %j', async (number) => {
    const body = { internal_numeric_id: number };
    create({ faults: [{ path: /^\/v1\/apps\/my-app$/, fault: { status: 200, body } }] });
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { log } = await auth(token, { scope: 'control' });
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/^The session is not narrowed to its apps\. Fly failure: /),
    ]);
    expect(added(token)).toEqual([[CONTROL, window(7 * HOUR_MS)]]);
  });

  it('waits a quarter of a minute for the numbers', async () => {
    create({ faults: [{ path: /^\/v1\/apps\/my-app$/, fault: { status: 503 } }] });
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { log, succeeded } = await auth(token, { scope: 'control', timeout: '1h' });
    expect(succeeded).toBe(true);
    expect(log.said('warning')).toHaveLength(1);
    expect(rig.clock.now() - START).toBeLessThanOrEqual(15_000);
  });

  it('adds what attenuate-with says, and shows it in words', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    const caveat = {
      type: 'IfPresent',
      body: { ifs: [{ type: 'Machines', body: { machines: { other: 'rC' } } }], else: 'r' },
    };
    const { log } = await auth(token, { 'attenuate-with': JSON.stringify(caveat), 'max-lifetime': '0' });
    expect(added(token)).toEqual([[caveat]]);
    expect(log.said('info')).toContainEqual(expect.stringMatching(/narrowed for this job: .*machine other/));
    expect((await rig.step('list')).succeeded).toBe(true);
    expect(errors(await rig.step('stop', { machines: 'all' }))).toContain('forbidden: ');
  });
});

describe('when what is added leaves nothing', () => {
  it('fails and opens no session', async () => {
    create();
    const over = JSON.stringify({ type: 'ValidityWindow', body: { not_after: 1_700_000_000 } });
    const result = await auth(rig.fly.mintToken({ app: 'my-app' }), { 'attenuate-with': over });
    expect(errors(result)).toContain('token expired: The token ended at 2023-11-14T22:13:20Z');
    expect(result.log.said('info')).toContain('  narrowed for this job: only until 2023-11-14T22:13:20Z');
    expect(readdirSync(rig.temp).filter((it) => it.includes('session'))).toEqual([]);
  });
});

describe('when the same token opens a session again', () => {
  it('goes by what is said last, and tells it', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    const first = await auth(token, { scope: 'read' });
    const same = await auth(token, { scope: 'read', 'max-lifetime': '1h' });
    expect([first, same].flatMap(({ log }) => log.said('notice'))).toEqual([]);
    const wider = await auth(token);
    expect(wider.log.said('notice')).toEqual([
      expect.stringMatching(
        /^This token's session was narrowed so far: only read; .*From now on: not at all\.$/,
      ),
    ]);
    expect((await rig.step('stop', { machines: 'all' })).succeeded).toBe(true);
    const narrower = await auth(token, { scope: 'read' });
    expect(narrower.log.said('notice')).toEqual([
      expect.stringContaining('so far: not at all. From now on: only read;'),
    ]);
    expect(errors(await rig.step('start', { machines: 'all' }))).toContain('forbidden: ');
  });

  it('can’t widen or lengthen what it has from the session itself', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    await auth(token, { scope: 'read', 'max-lifetime': '1h' });
    const before = added(token);
    const again = await rig.step('auth', { scope: 'full', 'max-lifetime': '5h' });
    expect(again.log.said('info')).toContain('  narrowed for this job: only read');
    expect(again.log.said('notice')).toEqual([]);
    expect(added(token)).toEqual(before);
    await rig.clock.advance(HOUR_MS + 1_000);
    expect(errors(await rig.step('list'))).toContain('`max-lifetime` of `auth` (1 h) is over');
  });
});

describe('when a token has parts that can’t be narrowed', () => {
  it.each([
    [OAUTH, "1 OAuth token can't be narrowed"],
    ['fm2_AAAA', "1 part that can't be read can't be narrowed"],
    ['what-is-this', "1 part of no known shape can't be narrowed"],
    [finished(), "1 finished token can't be narrowed"],
  ])('says so, louder where less was wanted: %s', async (part, message) => {
    create();
    const token = `${rig.fly.mintToken({ app: 'my-app' })},${part}`;
    const { log, succeeded } = await auth(token);
    expect(succeeded).toBe(true);
    expect(log.said('notice')).toEqual([expect.stringContaining(message)]);
    const { log: wanting } = await auth(token, { scope: 'read' });
    expect(wanting.said('warning')).toContainEqual(expect.stringContaining(message));
    expect((await auth(token, { 'max-lifetime': '0' })).log.said('notice').join()).not.toContain(message);
  });

  it.each([{ scope: 'read' }, { 'attenuate-with': JSON.stringify(CONTROL) }])(
    'is refused before anything is sent where there is nothing else: %j',
    async (inputs) => {
      create();
      const result = await auth(OAUTH, inputs);
      expect(errors(result)).toContain(
        'The token of the input `token` holds no macaroon that can be narrowed',
      );
      expect(rig.sent).toEqual([]);
    },
  );
});

describe('when what to narrow by is wrong', () => {
  it.each([
    ['{"type": "Action"', 'is not JSON'],
    ['[]', 'is a list of nothing'],
    ['{"type": "Action", "body": "x"}', 'is wrong at `caveat.body`'],
    ['', 'is given but empty'],
  ])('is told with all other inputs: %j', async (text, message) => {
    create();
    const result = await auth(OAUTH, { 'attenuate-with': text, scope: 'raed' });
    expect(errors(result)).toContain(`\`attenuate-with\` ${message}`);
    expect(errors(result)).toContain('`scope` is `raed`');
    expect(rig.sent).toEqual([]);
  });
});
