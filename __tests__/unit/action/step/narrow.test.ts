import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlyOptions } from '../../../../emulator/fly.js';
import { parseBundle, tokenText } from '../../../../src/macaroon/bundle.js';
import { caveatJson } from '../../../../src/macaroon/caveat-json.js';
import { caveatsNamed } from '../../../../src/macaroon/caveats.js';
import { PERMISSION_LOCATION } from '../../../../src/macaroon/macaroon.js';
import { mint } from '../../../../src/macaroon/mint.js';
import { tokenUuid } from '../../../../src/macaroon/nonce.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';

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

  it.each([
    ['isn’t there', 'my-ap', [], 'not found: ', ''],
    ['is somebody else’s', 'my-app, shop', [], 'forbidden: ', ''],
    ['is out of reach', 'my-app', [{ fault: 'cut' }], 'network: ', ''],
    ['isn’t told', 'my-app', [{ fault: { status: 200, body: {} } }], 'Fly failure: ', ' `attenuate-with`'],
  ] as const)('fails, and opens none, where the number of an app %s', async (_, app, faults, start, end) => {
    create({ faults: faults.map((it) => ({ path: /^\/v1\/apps\//, ...it })) });
    for (const scope of ['control', 'read']) {
      const result = await auth(rig.fly.mintToken({ app: 'my-app' }), { scope, app });
      expect(result.succeeded).toBe(false);
      expect(errors(result)).toMatch(new RegExp(`^${start}The session can't be narrowed to its apps: read `));
      expect(errors(result)).toContain(end);
      expect(result.log.said('warning')).toEqual([]);
      expect(readdirSync(rig.temp).filter((it) => it.includes('session'))).toEqual([]);
    }
  });

  it('goes on from a misspelt app as if that had not been', async () => {
    create();
    const token = rig.fly.mintToken();
    await auth(token, { scope: 'control', app: 'my-ap' });
    const { log, succeeded } = await auth(token, { scope: 'control' });
    expect({ succeeded, said: [...log.said('warning'), ...log.said('notice')] }).toEqual({
      succeeded: true,
      said: [],
    });
    expect(added(token)[0]?.[1]).toMatchObject({
      body: { ifs: [{ body: { apps: { [numberOf('my-app')]: 'rC' } } }] },
    });
    expect((await rig.step('stop', { machines: 'all' })).succeeded).toBe(true);
  });

  it('says where an app is from that an earlier auth has misspelt', async () => {
    create();
    const token = rig.fly.mintToken();
    await auth(token, { app: 'my-ap' });
    const result = await auth(token, { scope: 'control' });
    expect(errors(result)).toMatch(
      /read the app my-ap: .* An earlier `auth` .* opened the session for my-ap/,
    );
  });

  it.each([undefined, 0, 1.5, 2 ** 53, '7'])('takes no number that none is: %j', async (number) => {
    const body = { internal_numeric_id: number };
    create({ faults: [{ path: /^\/v1\/apps\/my-app$/, fault: { status: 200, body } }] });
    const token = rig.fly.mintToken({ app: 'my-app' });
    expect(errors(await auth(token, { scope: 'control' }))).toMatch(/^Fly failure: /);
  });

  it('waits a minute for the numbers', async () => {
    const fault = { status: 429, headers: { 'retry-after': '7' } };
    create({ faults: [{ path: /^\/v1\/apps\/my-app$/, fault }] });
    const token = rig.fly.mintToken({ app: 'my-app' });
    const result = await auth(token, { scope: 'control', timeout: '1h' });
    expect(errors(result)).toMatch(
      /^rate limited: The session can't be narrowed to its apps: .* no answer within 1 min/,
    );
    expect(rig.clock.now() - START).toBeLessThanOrEqual(60_000);
  });

  it('asks for no other number any more once one could not be had', async () => {
    create({
      faults: [
        { path: /^\/v1\/apps\/my-app$/, fault: { status: 404, body: { error: 'app not found' } } },
        { path: /^\/v1\/apps\/shop$/, fault: { status: 503 } },
      ],
    });
    const result = await auth(rig.fly.mintToken(), { scope: 'control', app: 'my-app, shop' });
    expect(result.succeeded).toBe(false);
    const { length } = rig.sent;
    await rig.clock.advance(120_000);
    expect(rig.sent).toHaveLength(length);
  });

  it('says of a copy that attenuate-with has ended what did', async () => {
    create();
    const caveat = JSON.stringify(window(60_000));
    await auth(rig.fly.mintToken(), { 'attenuate-with': caveat });
    await rig.clock.advance(61_000);
    const [error] = (await rig.step('list')).log.said('error');
    expect(error).toMatch(/^token expired: .*: so says `attenuate-with` of `auth`\. Give `auth` a later end/);
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
  const ended = { type: 'ValidityWindow', body: { not_after: 1_700_000_000 } };
  const control = { type: 'Action', body: 'C' };
  it.each([
    ['a window in the past', ended, {}, '`attenuate-with` leaves nothing: what is left ended at 2023-11-14T'],
    ['another organization', { type: 'Organization', body: { id: 99, mask: '*' } }, {}, '(Organization)'],
    ['a list of no machines', { type: 'Machines', body: { machines: {} } }, {}, '(Machines)'],
    ['nothing both allow', control, { scope: 'read' }, '`attenuate-with` with `scope: read` leaves nothing'],
  ])('fails and opens no session: %s', async (_, caveat, inputs, message) => {
    create();
    for (const lifetime of ['0', '1h']) {
      const given = { 'attenuate-with': JSON.stringify(caveat), 'max-lifetime': lifetime, ...inputs };
      const result = await auth(rig.fly.mintToken({ app: 'my-app' }), given);
      expect(errors(result)).toMatch(/^input: `attenuate-with`/);
      expect(errors(result)).toContain(message);
      expect(errors(result)).not.toContain('fly tokens create');
      expect(readdirSync(rig.temp).filter((it) => it.includes('session'))).toEqual([]);
    }
  });

  it.each([
    [
      'a window that begins later',
      { type: 'ValidityWindow', body: { not_before: START / 1_000 + 3_600, not_after: 3e9 } },
    ],
    ['a number that only Fly knows', { type: 'Apps', body: { apps: { 99: 'r' } } }],
    ['reading one machine', { type: 'Machines', body: { machines: { m: 'r' } } }],
  ])('opens it where that isn’t certain: %s', async (_, caveat) => {
    create();
    const given = { 'attenuate-with': JSON.stringify([caveat]) };
    const token = rig.fly.mintToken();
    expect((await auth(token, given)).log.said('error')).toEqual([]);
  });

  it('only warns where the exported copy may be for something else', async () => {
    create();
    const wireguard = JSON.stringify({ type: 'FeatureSet', body: { features: { wg: '*' } } });
    const given = { 'attenuate-with': wireguard, 'export-token': 'output' };
    const { log } = await auth(rig.fly.mintToken(), given);
    expect(log.said('error')).toEqual([]);
    expect(log.said('warning')).toEqual([expect.stringContaining('`attenuate-with` leaves nothing')]);
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
    expect(wider.log.said('notice')).toEqual([]);
    expect(wider.log.said('warning')).toEqual([
      expect.stringMatching(/^The session is no longer narrowed: .* token may\. So far: only read;/),
    ]);
    expect((await rig.step('stop', { machines: 'all' })).succeeded).toBe(true);
    const narrower = await auth(token, { scope: 'read' });
    expect(narrower.log.said('warning')).toEqual([]);
    expect(narrower.log.said('notice')).toEqual([
      expect.stringMatching(/^This token's session was not narrowed so far\. From now on: only read;/),
    ]);
    expect(errors(await rig.step('start', { machines: 'all' }))).toContain('forbidden: ');
  });

  it('can’t widen or lengthen what it has from the session itself, and says so', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    await auth(token, { scope: 'read', 'max-lifetime': '1h' });
    const before = added(token);
    for (const lifetime of ['5h', '0']) {
      const again = await rig.step('auth', { scope: 'control', 'max-lifetime': lifetime });
      expect(again.log.said('info').filter((it) => it.includes('narrowed for this job'))).toHaveLength(4);
      expect(again.log.said('notice')).toEqual([]);
      expect(again.log.said('warning')).toEqual([
        expect.stringMatching(/^Control isn't granted: the session's copy allows reading only; set `token`/),
        expect.stringMatching(/^`max-lifetime` isn't granted: the session's copy ends at 2025-01-15T13:/),
      ]);
      expect(added(token)).toEqual(before);
    }
    await rig.clock.advance(HOUR_MS + 1_000);
    expect(errors(await rig.step('list'))).toContain('`max-lifetime` of `auth` (1 h) is over');
  });

  it('knows the session’s copy where it comes back as a token', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { runner } = await auth(token, {
      ...{ scope: 'read', 'max-lifetime': '1h' },
      'export-token': 'output',
    });
    const copy = runner.outputs['token'] ?? '';
    const again = await auth(copy);
    expect(again.log.said('warning')).toEqual([]);
    expect(again.log.said('info').filter((it) => it.includes('narrowed for this job'))).toHaveLength(4);
    await rig.clock.advance(HOUR_MS + 1_000);
    for (const inputs of [{}, { token: copy, app: 'my-app' }])
      expect(errors(await rig.step('list', inputs))).toContain('`max-lifetime` of `auth` (1 h) is over');
  });

  it('says of a token that reads only that control isn’t granted', async () => {
    create();
    const token = rig.fly.mintToken({ app: 'my-app', actions: 'r' });
    const { log } = await auth(token, { scope: 'control' });
    expect(log.said('warning')).toEqual(["Control isn't granted: the token allows reading only."]);
  });

  it('says nothing of a lifetime that nobody has asked for, and narrows further', async () => {
    create();
    const token = rig.fly.mintToken();
    await auth(token, { scope: 'control', 'max-lifetime': '1h' });
    const { log } = await rig.step('auth', { scope: 'read' });
    expect(log.said('warning')).toEqual([]);
    expect((await rig.step('list')).succeeded).toBe(true);
    expect(errors(await rig.step('stop', { machines: 'all' }))).toContain('forbidden: ');
  });
});

describe('when Fly’s clock can’t be read', () => {
  it('goes by the runner’s, and says so', async () => {
    create({ faults: [{ path: /^\/$/, fault: 'cut' }] });
    const token = rig.fly.mintToken({ app: 'my-app', thirdParty: false });
    const { log, succeeded } = await auth(token);
    expect(succeeded).toBe(true);
    const line = "Fly's clock could not be read: the copy's end goes by the runner's clock.";
    expect(log.said('info')).toContain(line);
    expect((await auth(token, { 'max-lifetime': '0' })).log.said('info')).not.toContain(line);
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
    ['[]', 'is an empty list. Leave it out to add nothing'],
    [
      '{"type": "Acton", "body": "r"}',
      'is wrong at `caveat.type`: it is not the name of a type of caveat. Did you mean `Action`?',
    ],
    ['[{"type": "action", "body": "r"}]', 'Did you mean `Action`?'],
    ['[{"type": "Whatever", "body": "r"}]', 'Common ones are `Action`, `Apps`, '],
    [
      '[{"type": "Apps", "body": {"apps": ["web"]}}]',
      'is wrong at `[0].body.apps`: it must be an object. Name an app by its number here, which `inspect` shows',
    ],
    [
      '[{"type": "Apps", "body": {"apps": {"web": "r"}}}]',
      'Name an app by its number here, which `inspect` shows',
    ],
    ['[{"type": "3P", "body": {}}]', '`fly tokens 3p add`'],
    ['{"type": "Action", "body": "x"}', 'is wrong at `caveat.body`'],
    ['', '`attenuate-with` is given but empty'],
  ])('is told with all other inputs: %j', async (text, message) => {
    create();
    const result = await auth(OAUTH, { 'attenuate-with': text, scope: 'raed' });
    expect(errors(result)).toMatch(/`attenuate-with` is /);
    expect(errors(result)).toContain(message);
    expect(errors(result)).toContain('`scope` is `raed`');
    expect(rig.sent).toEqual([]);
  });
});
