import type { CommandName } from '../../../src/action/commands.js';
import { readInputs } from '../../../src/action/inputs.js';
import { resolveAccess, type StepAccess, type Surroundings } from '../../../src/action/step-access.js';
import { ActionError } from '../../../src/errors.js';
import { thrownBy } from '../../support/caught.js';
import { discharged, freshToken, session } from '../../support/sessions.js';
import { passed } from '../../support/step-inputs.js';

const [GIVEN, A, B, ENVIRONMENT] = [freshToken(), freshToken(), freshToken(), freshToken()] as const;

interface Case extends Partial<Surroundings> {
  readonly command?: CommandName;
}

/** What a step comes to, without sessions, variables or a fly.toml unless they are given. */
function resolve(given: Readonly<Record<string, string>>, around: Case = {}): StepAccess {
  const { command = 'list', env = {}, sessions = [], flyToml = () => undefined, needsApp = false } = around;
  return resolveAccess(readInputs(passed(given), command, false), { env, sessions, flyToml, needsApp });
}

function refused(given: Readonly<Record<string, string>>, around: Case = {}): ActionError {
  const error = thrownBy(() => resolve(given, around));
  if (!(error instanceof ActionError)) throw error;
  expect(error.class).toBe('input');
  return error;
}

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
    expect(access).toMatchObject({ source: 'the input `token`', session: undefined, apps: ['a'] });
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
    expect(refused({}, { env: { GITHUB_EVENT_NAME: event } }).hint).toContain('forks');
  });

  it('names the sessions where several are open and no app says which', () => {
    const sessions = [session(A, ['a', 'b']), session(B, [])];
    const error = refused({}, { sessions, env: { FLY_API_TOKEN: ENVIRONMENT } });
    expect(error.message).toContain('for a, b and for any app');
    expect(error.hint).toBe('Give `app`.');
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
    expect(resolve({ app: 'b' }, { ...around, sessions }).apps).toEqual(['b']);
    expect(resolve({}, { ...around, sessions }).apps).toEqual(['a', 'b']);
    expect(resolve({}, { ...around, sessions: [session(A, [])] }).apps).toEqual(['from-variable']);
    expect(resolve({ token: A }, { ...around, env: { FLY_APP: ' ' } }).apps).toEqual(['from-file']);
  });

  it('does not open a fly.toml that is not needed', () => {
    expect(resolve({ token: A }, { env: { FLY_APP: 'a' }, flyToml: notRead }).apps).toEqual(['a']);
    expect(resolve({ token: A, app: 'a' }, { flyToml: notRead }).apps).toEqual(['a']);
  });

  it.each([
    ['no file', undefined],
    ['no app in it', 'primary_region = "fra"'],
    ['an empty app', 'app = ""'],
    ['an app that is no text', 'app = 7'],
  ])('comes to none: %s', (_, text) => {
    expect(resolve({ token: A }, { flyToml: () => text }).apps).toEqual([]);
  });

  it('says when the file can’t be read', () => {
    expect(refused({ token: A }, { flyToml: () => 'app = ' }).message).toContain('fly.toml');
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
      thirdPartyCredentials: ['https://tp.test: geheim'],
    }),
  ];

  it('goes by the session where the step says nothing', () => {
    const env = { FLY_FLAPS_BASE_URL: 'http://127.0.0.1:1111' };
    const access = resolve({ 'refresh-before': '2m' }, { sessions, env });
    expect(access.apiUrl.origin).toBe('http://127.0.0.1:9999');
    expect(access.refreshBefore).toBe(30_000);
    expect(access.credentials).toEqual(['https://tp.test: geheim']);
  });

  it('goes by the step where it says something', () => {
    const given = {
      'refresh-before': '10s',
      'api-url': 'https://proxy.test',
      'third-party-credentials': 'https://other.test: wort',
    };
    const access = resolve(given, { sessions });
    expect(access.apiUrl.origin).toBe('https://proxy.test');
    expect(access.refreshBefore).toBe(10_000);
    expect(access.credentials).toEqual(['https://other.test: wort']);
  });

  it('goes by the environment, then by what is usual, where there is no session', () => {
    const env = { FLY_FLAPS_BASE_URL: 'http://127.0.0.1:1111' };
    expect(resolve({ token: B, app: 'a' }, { sessions, env }).apiUrl.origin).toBe('http://127.0.0.1:1111');
    const access = resolve({ token: B, app: 'a' });
    expect(access.apiUrl.origin).toBe('https://api.machines.dev');
    expect([access.refreshBefore, access.credentials, access.discharges]).toEqual([120_000, [], []]);
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

  it('takes those of the session where the same token is given again, and writes nothing to it', () => {
    const open = session(A, ['a'], {
      discharges: [{ text: discharge }],
      refreshBefore: 5_000,
      thirdPartyCredentials: ['https://tp.test: geheim'],
    });
    const access = resolve({ token: `FlyV1 ${A}` }, { command: 'auth', sessions: [open] });
    expect(access.discharges.map(({ text }) => text)).toEqual([discharge]);
    expect(access).toMatchObject({
      apps: ['a'],
      refreshBefore: 5_000,
      credentials: ['https://tp.test: geheim'],
      session: undefined,
    });
  });
});

describe('when several questions are left open', () => {
  const env = { FLY_FLAPS_BASE_URL: 'https://evil.test' };

  it('tells of all at once', () => {
    const { message } = refused({}, { env, needsApp: true });
    expect(message.split('\n')).toEqual([
      '3 things are wrong.',
      expect.stringMatching(/^There is no token/),
      expect.stringMatching(/^There is no app/),
      expect.stringContaining('FLY_FLAPS_BASE_URL'),
    ]);
  });

  it('does not ask for the app twice where several sessions are open', () => {
    const sessions = [session(A, ['a']), session(B, ['b'])];
    expect(refused({}, { sessions, needsApp: true }).message).toMatch(/^Several sessions are open[^\n]*$/);
  });
});
