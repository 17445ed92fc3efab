import type { Surroundings } from '../../../../src/action/access/find-token.js';
import { resolveAccess, type StepAccess } from '../../../../src/action/access/step-access.js';
import { readInputs } from '../../../../src/action/inputs/read-inputs.js';
import type { FoundSession } from '../../../../src/discharge/session-file.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';
import { passed } from '../../../support/rigs/step-inputs.js';
import { discharged, freshToken, session, TAG } from '../../../support/tokens/sessions.js';

const [GIVEN, A, B, ENVIRONMENT] = [freshToken(), freshToken(), freshToken(), freshToken()] as const;

type Case = Partial<Surroundings>;

/** What a step comes to, without sessions, variables or a fly.toml unless they are given. */
function resolve(given: Readonly<Record<string, string>>, around: Case = {}): StepAccess {
  const { command = 'list', flyToml = () => undefined } = around;
  return resolveAccess(readInputs(passed(command, given), command, false), {
    ...{ env: {}, sessions: [], job: { isBound: true, tag: TAG } },
    ...{ ...around, flyToml, command },
  });
}

function refused(given: Readonly<Record<string, string>>, around: Case = {}): ActionError {
  const error = thrownBy(() => resolve(given, around));
  if (!(error instanceof ActionError)) throw error;
  expect(error.class).toBe('input');
  return error;
}

const credentialsOf = ({ kept }: StepAccess) => kept['third-party-credentials'] ?? [];
const textOf = ({ bundle }: StepAccess) => bundle.permissions.map(({ text }) => text);

const notRead = () => {
  throw new Error('fly.toml is not to be read');
};

describe('when a token is looked for', () => {
  const sessions = [session(A, ['a']), session(B, ['b', 'c'])];
  const env = { FLY_ACCESS_TOKEN: ENVIRONMENT, FLY_API_TOKEN: B };

  it('takes the input before everything else', () => {
    const access = resolve({ token: GIVEN, app: 'a' }, { sessions, env });
    expect(textOf(access)).toEqual([GIVEN]);
    expect(access).toMatchObject({ source: 'the input `token`', session: undefined, scope: { apps: ['a'] } });
  });

  it('takes the session that covers the app before the environment', () => {
    const access = resolve({ app: 'c' }, { sessions, env });
    expect(textOf(access)).toEqual([B]);
    expect(access).toMatchObject({ source: "the job's session", session: sessions[1] });
  });

  it('takes the only session where no app is named', () => {
    expect(textOf(resolve({}, { sessions: sessions.slice(0, 1), env, flyToml: notRead }))).toEqual([A]);
  });

  it('takes one that names the app before one for any app, and that one before none', () => {
    const open = [session(B, []), session(A, ['a'])];
    expect(textOf(resolve({ app: 'a' }, { sessions: open }))).toEqual([A]);
    expect(textOf(resolve({ app: 'z' }, { sessions: open, env }))).toEqual([B]);
  });

  it.each([
    [{ FLY_ACCESS_TOKEN: A, FLY_API_TOKEN: B }, A, "the environment's FLY_ACCESS_TOKEN"],
    [{ FLY_ACCESS_TOKEN: ' ', FLY_API_TOKEN: B }, B, "the environment's FLY_API_TOKEN"],
    [{ FLY_API_TOKEN: `\n"${B}"\n` }, B, "the environment's FLY_API_TOKEN"],
  ])('takes the environment’s where there is no session: %#', (variables, token, source) => {
    const access = resolve({ app: 'a' }, { env: variables });
    expect(textOf(access)).toEqual([token]);
    expect(access).toMatchObject({ source, session: undefined });
  });

  it('takes the environment’s where no session covers the app', () => {
    expect(textOf(resolve({ app: 'z' }, { sessions, env }))).toEqual([ENVIRONMENT]);
  });

  it('takes none that covers only some of the apps', () => {
    expect(textOf(resolve({ app: 'a, b' }, { sessions, env }))).toEqual([ENVIRONMENT]);
    expect(refused({ app: 'a, b' }, { sessions }).message).toBe(
      "There is no token for a, b. The job's sessions are for a and for b, c.",
    );
  });
});

describe('when there is no answer, or more than one', () => {
  it('says how to give a token', () => {
    const error = refused({ app: 'a' });
    expect(error.message).toBe('There is no token for a.');
    expect(error.hint).toContain('secrets.FLY_DEPLOY_TOKEN');
    expect(error.hint).not.toContain('fork');
  });

  it.each(['pull_request', 'pull_request_review'])('says that a %s of a fork has no secrets', (event) => {
    expect(refused({ app: 'a' }, { env: { GITHUB_EVENT_NAME: event } }).hint).toContain('forks');
  });

  it('names the sessions where several are open and no app says which', () => {
    const sessions = [session(A, ['a', 'b']), session(B, [])];
    const error = refused({}, { sessions, env: { FLY_API_TOKEN: ENVIRONMENT } });
    expect(error.message).toContain('for a, b and for any app');
    expect(error.hint).toBe('Set `app`.');
  });
});

describe('when the variables for a token are empty', () => {
  it('says so where there is no other', () => {
    const { message } = refused({ app: 'a' }, { env: { FLY_API_TOKEN: '' } });
    expect(message).toBe('There is no token for a. FLY_API_TOKEN is set but empty.');
  });
});

describe('when a token can’t be read', () => {
  it.each([
    ['cut off', 'FlyV1 fm2_lJPECAAAA', /part 1: not standard base64/],
    ['each of its parts', 'FlyV1 fm2_AAAA,fm2_BBBB', /part 1: /],
    ['a discharge alone', discharged(A, 1_700_000_000).discharge, /holds discharges only/],
    ['another service’s', `ghp_${'a1'.repeat(18)}`, /a GitHub token/],
  ])('from the environment, is an input error that shows nothing of it: %s', (_, text, message) => {
    const error = refused({ app: 'a' }, { env: { FLY_API_TOKEN: text } });
    expect(error.message).toMatch(message);
    expect(error.line).not.toContain(text.slice(-4));
  });

  it('is an input error where there is nothing but quotes', () => {
    expect(refused({ app: 'a' }, { env: { FLY_API_TOKEN: '""' } }).message).toContain('empty');
  });

  it('is no matter as long as one part can be read', () => {
    const access = resolve({ token: `${A},fm2_AAAA`, app: 'a' });
    expect(textOf(access)).toEqual([A]);
    expect(access.bundle.malformed).toMatchObject([{ position: 2, text: 'fm2_AAAA' }]);
  });

  it.each(['some-token-of-no-known-shape', 'fo1_abcdefghijklmnop'])('is no matter for %s', (token) => {
    expect(() => resolve({ token, app: 'a' })).not.toThrow();
  });
});

describe('when apps are looked for', () => {
  const around = { env: { FLY_APP: 'from-variable' }, flyToml: () => 'app = "from-file"' };

  it('takes the input, the session, the variable, the file, in this order', () => {
    const sessions = [session(A, ['a', 'b'])];
    expect(resolve({ app: 'b' }, { ...around, sessions }).scope.apps).toEqual(['b']);
    expect(resolve({}, { ...around, sessions }).scope.apps).toEqual(['a', 'b']);
    expect(resolve({}, { ...around, sessions: [session(A, [])] }).scope.apps).toEqual(['from-variable']);
    expect(resolve({ token: A }, { ...around, env: {} }).scope.apps).toEqual(['from-file']);
  });

  it('does not take another app where the variable that was to say it is empty', () => {
    for (const FLY_APP of ['', ' '])
      expect(refused({ token: A }, { ...around, env: { FLY_APP } }).message).toContain(
        'FLY_APP is set but empty',
      );
    expect(resolve({ token: A, app: 'a' }, { ...around, env: { FLY_APP: '' } }).scope.apps).toEqual(['a']);
  });

  it('does not open a fly.toml that is not needed', () => {
    expect(resolve({ token: A }, { env: { FLY_APP: 'a' }, flyToml: notRead }).scope.apps).toEqual(['a']);
    expect(resolve({ token: A, app: 'a' }, { flyToml: notRead }).scope.apps).toEqual(['a']);
  });

  it.each([
    ['no file', undefined],
    ['no app in it', 'primary_region = "fra"'],
    ['an empty app', 'app = ""'],
    ['an app that is no text', 'app = 7'],
  ])('comes to none: %s', (_, text) => {
    expect(resolve({ token: A }, { command: 'auth', flyToml: () => text }).scope.apps).toEqual([]);
    expect(refused({ token: A }, { flyToml: () => text }).message).toBe('There is no app to work on.');
  });

  it('says when the file can’t be read', () => {
    expect(refused({ token: A }, { flyToml: () => 'app = ' }).message).toContain('fly.toml');
  });

  it('takes the name of a fly.toml as it stands there, since no YAML can have made a number of it', () => {
    expect(resolve({ token: A }, { flyToml: () => 'app = "12e-3"' }).scope.apps).toEqual(['12e-3']);
    expect(refused({ token: A }, { env: { FLY_APP: '12e-3' } }).message).toContain('YAML');
  });

  it.each(['..', 'a b', '../../other', 'a\nb', '-'])('takes no name that none has: %j', (name) => {
    expect(refused({ token: A }, { env: { FLY_APP: name } }).message).toContain('FLY_APP');
    const flyToml = () => `app = ${JSON.stringify(name)}`;
    expect(refused({ token: A }, { flyToml }).message).toContain('fly.toml');
  });
});

describe('when the rest is looked for', () => {
  const sessions = [
    session(A, ['a'], {
      apiUrl: 'http://127.0.0.1:9999',
      refreshBefore: 30_000,
      thirdPartyCredentials: ['https://api.fly.io: geheim'],
    }),
  ];

  it('goes by the session where the step says nothing', () => {
    const env = { FLY_FLAPS_BASE_URL: 'http://127.0.0.1:1111' };
    const access = resolve({ 'refresh-before': '2m' }, { sessions, env });
    expect(access.apiUrl.origin).toBe('http://127.0.0.1:9999');
    expect(access.kept['refresh-before']).toBe(30_000);
    expect(credentialsOf(access)).toEqual(['https://api.fly.io: geheim']);
  });

  it('takes from it neither credentials nor audiences that its token does not name', () => {
    const lines = [
      'https://elsewhere.test: geheim',
      'https://elsewhere.test: oidc',
      'https://api.fly.io: oidc',
      'https://api.fly.io: oidc https://api.fly.io/aaa/v1',
      'https://api.fly.io: oidc sts.amazonaws.com',
    ];
    const found = [session(A, ['a'], { thirdPartyCredentials: lines })];
    const job = (isBound: boolean) => ({ sessions: found, job: { isBound, tag: TAG } });
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://oidc.test', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
    expect(credentialsOf(resolve({}, { ...job(false), env }))).toEqual(lines.slice(2, 4));
    // Under the job's key it is what `auth` was given.
    expect(credentialsOf(resolve({}, { ...job(true), env }))).toEqual(lines.slice(2));
  });

  it('takes from one that no key vouches for an address of Fly’s own only', () => {
    const found = [session(A, ['a'], { apiUrl: 'https://evil.test' })];
    const job = (isBound: boolean) => ({ sessions: found, job: { isBound, tag: TAG } });
    expect(refused({}, job(false)).message).toContain("The session's `api-url` is not the bare address");
    expect(resolve({}, job(true)).apiUrl.origin).toBe('https://evil.test');
  });

  it('goes by the step where it says something', () => {
    const given = {
      'refresh-before': '10s',
      'api-url': 'https://proxy.test',
      'third-party-credentials': 'https://other.test: wort',
    };
    const access = resolve(given, { sessions });
    expect(access.apiUrl.origin).toBe('https://proxy.test');
    expect(access.kept['refresh-before']).toBe(10_000);
    expect(credentialsOf(access)).toEqual(['https://other.test: wort']);
  });

  it('goes by the environment, then by what is usual, where there is no session', () => {
    const env = { FLY_FLAPS_BASE_URL: 'http://127.0.0.1:1111' };
    expect(resolve({ token: B, app: 'a' }, { sessions, env }).apiUrl.origin).toBe('http://127.0.0.1:1111');
    const access = resolve({ token: B, app: 'a' });
    expect(access.apiUrl.origin).toBe('https://api.machines.dev');
    expect([access.kept['refresh-before'], credentialsOf(access), access.discharges]).toEqual([
      120_000,
      [],
      [],
    ]);
  });

  it('asks a person where the step or its session says so', () => {
    const open = [session(A, ['a'], { approve: true })];
    expect(resolve({}, { sessions }).kept.approve).toBe(false);
    expect(resolve({ approve: 'true' }, { sessions }).kept.approve).toBe(true);
    expect(resolve({}, { sessions: open }).kept.approve).toBe(true);
    expect(resolve({ token: B, app: 'a' }, { sessions: open }).kept.approve).toBe(false);
    // The last `auth` says whether later steps do.
    expect(resolve({}, { sessions: open, command: 'auth' }).kept.approve).toBe(false);
  });

  it('wants the permission where the step gives a line that needs it, and tells all at once', () => {
    const given = { app: 'a', 'third-party-credentials': 'https://other.test: oidc' };
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://vstoken.example/?a=b',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
    expect(refused(given, { env: { FLY_FLAPS_BASE_URL: 'https://evil.test' } }).message).toMatch(
      /There is no token.*\n(.*\n)?.*no OIDC token.*id-token: write/,
    );
    expect(credentialsOf(resolve({ ...given, token: A }, { env }))).toEqual(['https://other.test: oidc']);
  });

  it('does not take the public address where the variable for another is empty', () => {
    const env = { FLY_FLAPS_BASE_URL: '' };
    expect(refused({ token: B, app: 'a' }, { env }).message).toContain('FLY_FLAPS_BASE_URL is set but empty');
    expect(() => resolve({ token: B, app: 'a', 'api-url': 'http://127.0.0.1:1' }, { env })).not.toThrow();
  });

  it('does not take an address of a stranger from the environment', () => {
    const env = { FLY_FLAPS_BASE_URL: 'https://evil.test' };
    expect(refused({ token: B, app: 'a' }, { env }).message).toContain('FLY_FLAPS_BASE_URL');
    expect(() => resolve({}, { sessions, env })).not.toThrow();
    expect(() => resolve({ token: B, app: 'a', 'api-url': 'https://evil.test' }, { env })).not.toThrow();
  });
});

describe('when there are discharges', () => {
  const { discharge } = discharged(A, 1_700_000_000);

  it('takes those of the token, of which nobody knows when they came', () => {
    const access = resolve({ token: `${A},${discharge}`, app: 'a' });
    expect(access.discharges.map(({ text, arrived }) => ({ text, arrived }))).toEqual([
      { text: discharge, arrived: undefined },
    ]);
  });

  it('takes those of the session that can be read', () => {
    const discharges = [{ text: discharge, arrived: 1_700_000_000_000 }, { text: 'fm2_broken' }];
    const access = resolve({}, { sessions: [session(A, ['a'], { discharges })] });
    expect(access.discharges.map(({ text, arrived }) => [text, arrived])).toEqual([
      [discharge, 1_700_000_000_000],
    ]);
  });

  it('takes nothing from it but discharges where the step brings its token', () => {
    const open = session(A, ['a'], {
      discharges: [{ text: discharge }],
      ...{ apiUrl: 'https://evil.test', refreshBefore: 5_000, org: 'my-org' },
      thirdPartyCredentials: ['https://api.fly.io: oidc sts.amazonaws.com'],
    });
    const access = resolve({ token: A, app: 'b' }, { sessions: [open] });
    expect(access.scope).toEqual({ apps: ['b'], org: undefined });
    expect([access.kept['refresh-before'], credentialsOf(access)]).toEqual([120_000, []]);
    expect(access.apiUrl.origin).toBe('https://api.machines.dev');
    expect(access.discharges.map(({ text }) => text)).toEqual([discharge]);
  });

  it('takes those of the session where the same token is given again, and writes nothing to it', () => {
    const open = session(A, ['a'], {
      discharges: [{ text: discharge }],
      refreshBefore: 5_000,
      thirdPartyCredentials: ['https://api.fly.io: geheim'],
    });
    const access = resolve({ token: `FlyV1 ${A}` }, { command: 'auth', sessions: [open] });
    expect(access.discharges.map(({ text }) => text)).toEqual([discharge]);
    expect(access).toMatchObject({
      scope: { apps: ['a'] },
      kept: { 'refresh-before': 5_000, 'third-party-credentials': ['https://api.fly.io: geheim'] },
      session: undefined,
    });
  });
});

describe('when several questions are left open', () => {
  const env = { FLY_FLAPS_BASE_URL: 'https://evil.test' };

  it('tells of all at once', () => {
    const { message } = refused({}, { env });
    expect(message.split('\n')).toEqual([
      '3 things are wrong.',
      expect.stringMatching(/^There is no token/),
      expect.stringMatching(/^There is no app/),
      expect.stringContaining('FLY_FLAPS_BASE_URL'),
    ]);
  });

  it('does not ask for the app twice where several sessions are open', () => {
    const sessions = [session(A, ['a']), session(B, ['b'])];
    expect(refused({}, { sessions }).message).toMatch(/^Several sessions are open[^\n]*$/);
  });
});

describe('when apps are those of an organization', () => {
  const STAGING = session(A, ['staging-*', '!staging-billing'], { org: 'o' });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string | undefined]>([
    ['patterns', { app: 'staging-*, web', org: 'o' }, ['staging-*', 'web'], 'o'],
    ['exclusions alone', { app: '!web', org: 'o' }, ['*', '!web'], 'o'],
    ['all', { org: 'o' }, [], 'o'],
    ['names', { app: 'a, b', org: 'o' }, ['a', 'b'], 'o'],
  ])('goes by the inputs, and asks neither variables nor files: %s', (_, given, apps, org) => {
    const access = resolve({ token: GIVEN, ...given }, { env: { FLY_APP: 'x' }, flyToml: notRead });
    expect(access.scope).toEqual({ apps, org });
  });

  it('goes by the session where the step says nothing, or only names its organization', () => {
    const both = { apps: ['staging-*', '!staging-billing'], org: 'o' };
    expect(resolve({}, { sessions: [STAGING] }).scope).toEqual(both);
    expect(resolve({ org: 'o' }, { sessions: [STAGING] }).scope).toEqual(both);
    expect(resolve({}, { sessions: [session(A, [], { org: 'o' })], flyToml: notRead }).scope).toEqual({
      apps: [],
      org: 'o',
    });
  });

  it('knows the organization of patterns from the session, and drops it for names', () => {
    const sessions = [session(A, [], { org: 'o' })];
    expect(resolve({ app: 'web-*' }, { sessions }).scope).toEqual({ apps: ['web-*'], org: 'o' });
    expect(resolve({ app: 'web' }, { sessions }).scope).toEqual({ apps: ['web'], org: undefined });
  });

  it('leaves out what the session leaves out, unless the step names it', () => {
    const access = resolve({ app: 'staging-*' }, { sessions: [STAGING] });
    expect(access.scope.apps).toEqual(['staging-*', '!staging-billing']);
    const narrower = resolve({ app: 'staging-eu-*' }, { sessions: [STAGING] });
    expect([textOf(narrower), narrower.scope.apps]).toEqual([[A], ['staging-eu-*', '!staging-billing']]);
  });

  it('wants an organization for patterns and exclusions, and tells with all the rest', () => {
    const env = { FLY_FLAPS_BASE_URL: 'https://evil.test' };
    const { message } = refused({ app: 'staging-*, !staging-billing, web' }, { env });
    expect(message.split('\n')).toEqual([
      '3 things are wrong.',
      expect.stringContaining('no token for staging-*, !staging-billing, web.'),
      expect.stringMatching(/^`app` has staging-\*, !staging-billing, and .* Set `org` here or in `auth`/),
      expect.stringContaining('FLY_FLAPS_BASE_URL'),
    ]);
  });

  it('does not take the organization of a session for another one', () => {
    const env = { FLY_API_TOKEN: ENVIRONMENT };
    const access = resolve({ org: 'p', app: 'staging-*' }, { sessions: [STAGING], env });
    expect([textOf(access), access.scope.apps]).toEqual([[ENVIRONMENT], ['staging-*']]);
    expect(refused({ org: 'p' }, { sessions: [STAGING] }).message).toBe(
      "There is no token for all apps of p. The job's sessions are for staging-*, !staging-billing of o.",
    );
  });

  it('does not take the apps of a session for those of an organization that the step names', () => {
    const access = resolve({ token: A, org: 'o' }, { sessions: [session(A, ['a'])] });
    expect(access.scope).toEqual({ apps: [], org: 'o' });
  });
});

describe('when everything in an organization is to be changed', () => {
  const sessions = [session(A, [], { org: 'o' })];
  const all = { machines: 'all' };

  it.each<[Readonly<Record<string, string>>, readonly FoundSession[]]>([
    [all, sessions],
    [{ ...all, org: 'o', token: A }, []],
    [{ ...all, exclude: 'a', shard: '0/2' }, [session(A, ['*', '!x'], { org: 'o' })]],
  ])('wants a filter or a limit: %j', (given, open) => {
    expect(refused(given, { sessions: open, command: 'stop' }).message).toContain('Narrow it');
    const filtered = { ...given, 'process-group': 'worker' };
    expect(() => resolve(filtered, { sessions: open, command: 'stop' })).not.toThrow();
    expect(() => resolve({ ...given, limit: '3' }, { sessions: open, command: 'stop' })).not.toThrow();
  });

  it.each(['stop-idle', 'warm-up'] as const)(
    'is refused though %s chooses by itself, but not in named apps',
    (command) => {
      const around = { sessions, command };
      for (const given of [
        {},
        all,
        { app: '*' },
        { app: '**, !x' },
        { app: '!x' },
        { exclude: 'a' },
        { shard: '0/2' },
      ])
        expect(refused(given, around).message).toContain(`This would ${command} everything`);
      expect(refused({ org: 'o', token: A }, { command }).message).toContain('Narrow it');
      for (const given of [
        { region: 'fra' },
        { limit: '3' },
        { machines: 'a' },
        { machines: '[]' },
        { app: 'a' },
        { app: 'a-*' },
      ])
        expect(() => resolve(given, around)).not.toThrow();
      expect(() => resolve({}, { ...around, sessions: [session(A, ['a', 'b'])] })).not.toThrow();
    },
  );

  it('is fine for reading, waiting, and for apps that are named or fit a pattern', () => {
    expect(() => resolve(all, { sessions, command: 'list' })).not.toThrow();
    expect(() => resolve({}, { sessions, command: 'wait' })).not.toThrow();
    expect(() => resolve({ ...all, app: 'a' }, { sessions, command: 'stop' })).not.toThrow();
    expect(() => resolve({ ...all, app: 'a-*' }, { sessions, command: 'stop' })).not.toThrow();
  });
});

describe('when several sessions cover an app', () => {
  const tokens = Array.from({ length: 6 }, freshToken);
  const [any = '', org = '', star = '', short = '', long = '', name = ''] = tokens;
  const sessions = [
    session(any, []),
    session(org, [], { org: 'o' }),
    session(star, ['*', '!qa'], { org: 'p' }),
    session(short, ['s-*'], { org: 'o' }),
    session(long, ['s-web-*', '!s-web-9'], { org: 'o' }),
    session(name, ['s-web-1', 'x'], { org: 'o' }),
  ];

  it.each([
    [{ app: 's-web-1' }, name],
    [{ app: 's-web-2' }, long],
    [{ app: 's-web-9' }, short],
    [{ app: 's-web-1, s-web-2' }, long],
    [{ app: 's-web-1, s-api' }, short],
    [{ app: 's-web-a-*' }, long],
    [{ app: 's-*' }, short],
    [{ app: 's-*, web', org: 'o' }, org],
    [{ app: 'web', org: 'o' }, org],
    [{ app: 'web', org: 'p' }, star],
    [{ app: 'qa', org: 'p' }, any],
    [{ app: 'web-*', org: 'q' }, any],
    [{ org: 'o' }, org],
    [{ org: 'p' }, star],
    [{ org: 'q' }, any],
    [{ app: 's-web-1', org: 'q' }, name],
  ])('takes the most specific one: %j', (given, token) => {
    for (const open of [sessions, [...sessions].reverse()]) {
      expect(textOf(resolve(given, { sessions: open }))).toEqual([token]);
    }
  });

  it('names those of an organization that has several and none as a whole', () => {
    const open = sessions.filter(({ content }) => content.org === 'o' && content.apps.length > 0);
    expect(refused({ org: 'o' }, { sessions: open }).message).toBe(
      "Several sessions are open, for s-* of o and for s-web-*, !s-web-9 of o and for s-web-1, x of o, and `app` doesn't say which.",
    );
  });
});
