import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Opening, openSession } from '../../../src/action/open-session.js';
import type { StepAccess } from '../../../src/action/step-access.js';
import { findSessions } from '../../../src/discharge/session-file.js';
import { parseBundle } from '../../../src/macaroon/bundle.js';
import { discharged, freshToken } from '../../support/sessions.js';

const [A, B] = [freshToken(), freshToken()] as const;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-session-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function opening(token: string, apps: readonly string[], changes: Partial<StepAccess> = {}): Opening {
  const access: StepAccess = {
    source: 'the input `token`',
    bundle: parseBundle(token),
    discharges: [],
    session: undefined,
    apps,
    apiUrl: new URL('https://api.machines.dev'),
    refreshBefore: 120_000,
    credentials: [],
    ...changes,
  };
  return openSession(folder, { access, discharges: access.discharges, sessions: findSessions(folder) });
}

function open(token: string, apps: readonly string[], changes: Partial<StepAccess> = {}): Opening {
  const it = opening(token, apps, changes);
  it.commit();
  return it;
}

/** Token and apps of each session that is open. */
function found(): Record<string, readonly string[]> {
  return Object.fromEntries(findSessions(folder).map(({ content }) => [content.token, content.apps]));
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
      refreshBefore: 7_000,
      credentials: ['https://tp.test: geheim'],
      discharges: [
        { ...proof, arrived: 5 },
        { ...proof, arrived: undefined },
      ],
    });
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(name).not.toContain(A.slice(4, 20));
    expect(findSessions(folder).map(({ content }) => content)).toEqual([
      {
        version: 1,
        token: A,
        discharges: [{ text: discharge, arrived: 5 }, { text: discharge }],
        apps: ['a', 'b'],
        apiUrl: 'http://127.0.0.1:4280',
        refreshBefore: 7_000,
        thirdPartyCredentials: ['https://tp.test: geheim'],
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
