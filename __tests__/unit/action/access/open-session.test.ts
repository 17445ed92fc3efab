import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Opening, openSession } from '../../../../src/action/access/open-session.js';
import type { StepAccess } from '../../../../src/action/access/step-access.js';
import type { Scope } from '../../../../src/commands/selection/scope.js';
import { findSessions } from '../../../../src/discharge/session-file.js';
import { parseBundle } from '../../../../src/macaroon/bundle.js';
import { thrownBy } from '../../../support/caught.js';
import { discharged, freshToken, ownerIn } from '../../../support/tokens/sessions.js';
import { PRIVATE_MODE } from '../../../support/where.js';

const [A, B] = [freshToken(), freshToken()] as const;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-session-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Changes extends Partial<StepAccess> {
  readonly org?: string | undefined;
}

function opening(token: string, apps: readonly string[], { org, ...changes }: Changes = {}): Opening {
  const access: StepAccess = {
    source: 'the input `token`',
    bundle: parseBundle(token),
    discharges: [],
    session: undefined,
    scope: { apps, org },
    apiUrl: new URL('https://api.machines.dev'),
    kept: { 'refresh-before': 120_000, 'third-party-credentials': [], approve: false },
    ...changes,
  };
  return openSession(ownerIn(folder), {
    access,
    sessions: findSessions(ownerIn(folder)),
    mark: JOB,
  });
}

const JOB = { job: 'o/r, run 1, attempt 1, job build', until: 1_800_000_000_000 };

function open(token: string, apps: readonly string[], changes: Changes = {}): Opening {
  const it = opening(token, apps, changes);
  it.commit();
  return it;
}

const apps = (...names: readonly string[]): Scope => ({ apps: names, org: undefined });
const of = (org: string, ...names: readonly string[]): Scope => ({ apps: names, org });
const all = (org: string): Scope => of(org);

/** Token and apps of each session that is open. */
function found(): Record<string, readonly string[]> {
  return Object.fromEntries(
    findSessions(ownerIn(folder)).map(({ content }) => [content.token, content.apps]),
  );
}

describe('when a session is opened', () => {
  it('writes nothing before it is sure', () => {
    expect(opening(A, ['a'])).toMatchObject({ joined: false, replaced: [] });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is one private file that holds everything later steps need', () => {
    const { discharge } = discharged(A, 1_700_000_000);
    const [proof] = parseBundle(discharge).discharges;
    if (proof === undefined) throw new Error('no discharge');
    open(A, ['a', 'b'], {
      apiUrl: new URL('http://127.0.0.1:4280'),
      kept: {
        'refresh-before': 7_000,
        'third-party-credentials': ['https://tp.test: geheim'],
        approve: false,
      },
      discharges: [
        { ...proof, arrived: 5 },
        { ...proof, arrived: undefined },
      ],
    });
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(PRIVATE_MODE);
    expect(name).not.toContain(A.slice(4, 20));
    expect(findSessions(ownerIn(folder)).map(({ content }) => content)).toEqual([
      {
        version: 1,
        token: A,
        discharges: [{ text: discharge, arrived: 5 }, { text: discharge }],
        apps: ['a', 'b'],
        apiUrl: 'http://127.0.0.1:4280',
        refreshBefore: 7_000,
        thirdPartyCredentials: ['https://tp.test: geheim'],
        ...JOB,
      },
    ]);
  });

  it('stands beside one for other apps', () => {
    open(A, ['a']);
    expect(open(B, ['b'])).toMatchObject({ joined: false, replaced: [] });
    expect(found()).toEqual({ [A]: ['a'], [B]: ['b'] });
  });

  it('stands beside one for any app', () => {
    open(A, []);
    expect(open(B, ['b']).replaced).toEqual([]);
    expect(found()).toEqual({ [A]: [], [B]: ['b'] });
  });
});

describe('when the same token opens again', () => {
  it('joins its session and adds its apps', () => {
    open(A, ['a']);
    expect(open(`FlyV1 ${A}`, ['b', 'a'])).toMatchObject({ joined: true, replaced: [] });
    expect(found()).toEqual({ [A]: ['a', 'b'] });
  });

  it('is for any app once it was for any app, in either order', () => {
    open(A, []);
    open(A, ['a']);
    expect(found()).toEqual({ [A]: [] });
    open(B, ['b']);
    open(B, []);
    expect(found()[B]).toEqual([]);
  });

  it('takes over from another token’s session the app that it adds', () => {
    open(A, ['a']);
    open(B, ['b']);
    expect(open(A, ['b'])).toMatchObject({ joined: true, replaced: ['b'] });
    expect(found()).toEqual({ [A]: ['a', 'b'] });
  });
});

describe('when the same token opens for other apps', () => {
  it.each<[string, Scope, Scope, Opening['turned']]>([
    ['a name', apps('a'), apps('b'), { from: apps('a'), to: apps('a', 'b') }],
    ['all of an organization', apps('a'), all('o'), { from: apps('a'), to: all('o') }],
    ['a pattern', apps('a'), of('o', 's-*'), { from: apps('a'), to: of('o', 'a', 's-*') }],
    ['an exclusion', of('o', 's-*'), of('o', '!s-b'), { from: of('o', 's-*'), to: of('o', 's-*', '!s-b') }],
    ['any app', apps('a'), apps(), { from: apps('a'), to: apps() }],
    ['the same', apps('a', 'b'), apps('b', 'a'), undefined],
    ['less', apps('a', 'b'), apps('b'), undefined],
    ['less than an organization', all('o'), of('o', 's-*'), undefined],
    ['less than any app', apps(), all('o'), undefined],
  ])('tells what steps without `app` are about then: %s', (_, before, after, turned) => {
    expect(open(A, before.apps, { org: before.org }).turned).toBeUndefined();
    expect(open(A, after.apps, { org: after.org }).turned).toEqual(turned);
    expect(open(B, after.apps, { org: after.org }).turned).toBeUndefined();
  });
});

describe('when another token opens for an app that is covered', () => {
  it('replaces a session that has no other app', () => {
    open(A, ['a']);
    expect(open(B, ['a'])).toMatchObject({ joined: false, replaced: ['a'] });
    expect(found()).toEqual({ [B]: ['a'] });
  });

  it('takes only its own apps from a session that has more', () => {
    open(A, ['a', 'b', 'c']);
    expect(open(B, ['c', 'a', 'x']).replaced).toEqual(['a', 'c']);
    expect(found()).toEqual({ [A]: ['b'], [B]: ['c', 'a', 'x'] });
  });

  it('takes from several', () => {
    const third = freshToken();
    open(A, ['a', 'x']);
    open(B, ['b']);
    expect([...open(third, ['a', 'b']).replaced].sort()).toEqual(['a', 'b']);
    expect(found()).toEqual({ [A]: ['x'], [third]: ['a', 'b'] });
  });

  it('replaces one for any app by one for any app, and says so', () => {
    open(A, []);
    expect(open(B, []).replaced).toEqual(['any app']);
    expect(found()).toEqual({ [B]: [] });
  });
});

/** Apps and organization of each session that is open. */
function scopes(): Record<string, readonly [readonly string[], string | undefined]> {
  return Object.fromEntries(
    findSessions(ownerIn(folder)).map(({ content }) => [content.token, [content.apps, content.org]]),
  );
}

describe('when a session is about an organization', () => {
  const o = { org: 'o' };

  it('holds its slug, and the apps as they were given', () => {
    open(A, ['s-*', '!s-billing'], o);
    open(B, [], o);
    expect(scopes()).toEqual({ [A]: [['s-*', '!s-billing'], 'o'], [B]: [[], 'o'] });
  });

  it('stands beside one that only overlaps, and beside patterns of another organization', () => {
    const [third, fourth] = [freshToken(), freshToken()];
    open(A, ['s-*'], o);
    expect(open(B, ['s-web'], o).replaced).toEqual([]);
    expect(open(third, ['s-*'], { org: 'p' }).replaced).toEqual([]);
    expect(open(fourth, [], o).replaced).toEqual([]);
    expect(Object.keys(scopes())).toHaveLength(4);
  });

  it('takes over what another token’s session has in the very same words', () => {
    open(A, ['s-*', '!s-billing', 'web'], o);
    expect(open(B, ['s-*', '!s-billing'], o).replaced).toEqual(['s-*']);
    expect(scopes()[A]).toEqual([['!s-billing', 'web'], 'o']);
    expect(open(freshToken(), ['web']).replaced).toEqual(['web']);
    expect(scopes()[A]).toBeUndefined();
  });

  it('takes an app’s name from any organization, a pattern from its own only', () => {
    open(A, ['web', 's-*'], o);
    expect(open(B, ['web', 's-*'], { org: 'p' }).replaced).toEqual(['web']);
    expect(scopes()[A]).toEqual([['s-*'], 'o']);
  });

  it('takes over the whole organization', () => {
    open(A, [], o);
    expect(open(B, [], { org: 'p' }).replaced).toEqual([]);
    expect(open(freshToken(), [], o).replaced).toEqual(['all apps of o']);
    expect(scopes()[A]).toBeUndefined();
  });
});

describe('when the same token opens again for an organization', () => {
  it.each<
    [
      string,
      readonly string[],
      string | undefined,
      readonly string[],
      string | undefined,
      readonly string[],
      string | undefined,
    ]
  >([
    ['adds patterns to names', ['a'], undefined, ['s-*'], 'o', ['a', 's-*'], 'o'],
    ['adds names to patterns', ['s-*'], 'o', ['a'], undefined, ['s-*', 'a'], 'o'],
    ['adds all to patterns', ['s-*'], 'o', [], 'o', [], 'o'],
    ['keeps all', [], 'o', ['s-*'], 'o', [], 'o'],
    ['keeps any app', [], undefined, ['s-*'], 'o', [], undefined],
    ['keeps any app where one organization is added', [], undefined, [], 'o', [], undefined],
    ['takes another organization where names alone were given', ['a'], 'p', ['s-*'], 'o', ['a', 's-*'], 'o'],
  ])('%s', (_, before, org, apps, given, after, its) => {
    open(A, before, { org });
    expect(open(A, apps, { org: given }).joined).toBe(true);
    expect(scopes()).toEqual({ [A]: [after, its] });
  });

  it.each([[[]], [['s-*']]])('is not about two organizations: %j', (before) => {
    open(A, before, { org: 'o' });
    const error = thrownBy(() => opening(A, ['s-*'], { org: 'p' }));
    expect(error).toMatchObject({
      class: 'input',
      message: expect.stringMatching(/^This token's session is for .* of o, and not for p$/),
    });
    expect(scopes()).toEqual({ [A]: [before, 'o'] });
  });
});
