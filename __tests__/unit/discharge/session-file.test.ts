import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job } from '../../../src/action/access/job.js';
import { fromContent, type SessionContent, tokenOf } from '../../../src/discharge/job-session.js';
import {
  findSessions,
  removeSession,
  sessionName,
  surveySessions,
  writeSession,
} from '../../../src/discharge/session-file.js';
import { filesIn } from '../../../src/files/folder.js';
import { parseBundle, tokenText } from '../../../src/macaroon/bundle.js';
import { tokenUuid } from '../../../src/macaroon/nonce.js';
import { thrownBy } from '../../support/caught.js';
import { ownerIn, TAG } from '../../support/tokens/sessions.js';
import { discharge, permission, ticketIn, window, withThirdParty } from '../../support/tokens/tokens.js';
import {
  type Facility,
  FILE_MODES,
  itEachWhere,
  itWhere,
  LINKS,
  NAMED_PIPES,
  PRIVATE_MODE,
} from '../../support/where.js';

const token = withThirdParty(permission());
const text = tokenText(token);
const name = sessionName(parseBundle(text), TAG);
const content: SessionContent = {
  version: 1,
  token: text,
  discharges: [{ text: tokenText(discharge(ticketIn(token))), arrived: 5 }],
  apps: ['my-app'],
  apiUrl: 'https://api.machines.dev',
  refreshBefore: 120_000,
  thirdPartyCredentials: ['https://id.example: abc'],
};

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  path = join(folder, name);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const modeOf = (file: string) => lstatSync(file).mode & 0o7777;

describe('when a session is named', () => {
  const nameOf = (...parts: readonly string[]) => sessionName(parseBundle(parts.join(',')), TAG);
  const other = tokenText(permission());
  const proofs = [600, 700].map((end) => tokenText(discharge(ticketIn(token), window(0, end))));

  it("is the job's tag and a hash of its tokens' UUIDs, so that any version of the action finds it", () => {
    const uuids = JSON.stringify([tokenUuid(token.nonce)]);
    const hash = createHash('sha256')
      .update(uuids)
      .digest('hex')
      .slice(0, 32 - TAG.length);
    expect(name).toBe(`fly-machines-session-${TAG}${hash}.json`);
  });

  it.each([
    ['its discharges', nameOf(text), nameOf(text, proofs[0] ?? ''), nameOf(text, proofs[1] ?? '')],
    ['the order', nameOf(text, other), nameOf(other, text), nameOf(other, text)],
    ['scheme and quotes', nameOf(text), nameOf(`"FlyV1 ${text}"`), nameOf(`Bearer ${text}`)],
    ['OAuth tokens beside it', nameOf(text), nameOf(text, 'fo1_a'), nameOf('fo1_b', text)],
  ])('does not depend on %s', (_, ...names) => expect(new Set(names).size).toBe(1));

  it('differs from token to token, those that can not be read included', () => {
    const names = [
      nameOf(text),
      nameOf(other),
      nameOf(text, other),
      nameOf('fo1_a'),
      nameOf('fo1_b'),
      nameOf('x'),
    ];
    expect(new Set([...names, nameOf('fm2_???'), nameOf('fm2_!!!')]).size).toBe(8);
    for (const it of names) expect(it).toMatch(/^fly-machines-session-[0-9a-f]{32}\.json$/);
  });

  it('holds the token without its discharges', () => {
    const proof = proofs[0] ?? '';
    expect(tokenOf(parseBundle(`fo1_a,${proof},fm2_???,${text},other`))).toBe(`${text},fm2_???,fo1_a,other`);
  });
});

describe('when a session is written', () => {
  it('is a file for this user alone, which later steps find', () => {
    const umask = process.umask(0);
    writeSession(ownerIn(folder).files, { name, content });
    process.umask(umask);
    expect(modeOf(path)).toBe(PRIVATE_MODE);
    expect(readdirSync(folder)).toEqual([name]);
    expect(findSessions(ownerIn(folder))).toEqual([{ name, content }]);
  });

  it('replaces the one before as a whole', () => {
    writeSession(ownerIn(folder).files, { name, content: { ...content, apps: ['a'.repeat(5_000)] } });
    chmodSync(path, 0o644);
    writeSession(ownerIn(folder).files, { name, content });
    expect(findSessions(ownerIn(folder))).toEqual([{ name, content }]);
    expect(modeOf(path)).toBe(PRIVATE_MODE);
  });

  itWhere(LINKS)('replaces a link, not what it leads to', () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, path);
    writeSession(ownerIn(folder).files, { name, content });
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  it('leaves nothing behind when it fails, and says what to look at', () => {
    // A file can not take a folder's place.
    mkdirSync(join(path, 'inside'), { recursive: true });
    const error = thrownBy(() => writeSession(ownerIn(folder).files, { name, content }));
    expect(error).toMatchObject({ class: 'internal', hint: expect.stringContaining('disk full') });
    expect(String(error)).not.toContain(text);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('fails where there is no folder', () => {
    const gone = join(folder, 'gone');
    expect(thrownBy(() => writeSession(ownerIn(gone).files, { name, content }))).toMatchObject({
      class: 'internal',
    });
    expect(existsSync(gone)).toBe(false);
  });
});

/** Something that stands where a session is looked for. */
interface Case {
  readonly what: string;
  readonly why: string;
  readonly make: () => void;
  readonly needs?: Facility;
}

describe('when sessions are looked for', () => {
  const put = (body: string | object, mode = 0o600) => {
    ownerIn(folder).files.write(name, typeof body === 'string' ? body : JSON.stringify(body));
    chmodSync(path, mode);
  };

  const unsigned = (text: string) => writeFileSync(path, text, { mode: 0o600 });
  const signedBy = (job: Job) => job.owner(filesIn(folder)).files.write(name, JSON.stringify(content));
  const renamed = () => {
    ownerIn(folder).files.write('elsewhere', JSON.stringify(content));
    renameSync(join(folder, 'elsewhere'), path);
  };
  const changed = () => {
    put(content);
    unsigned(readFileSync(path, 'utf8').replace('api.machines.dev', 'evil.example'));
  };

  it('finds several, by name, and nothing else', () => {
    const tokens = Array.from({ length: 3 }, () => tokenText(permission()));
    const opened = tokens.map((it) => ({
      name: sessionName(parseBundle(it), TAG),
      content: { ...content, token: it },
    }));
    for (const session of opened) writeSession(ownerIn(folder).files, session);
    const names = opened.map((it) => it.name).sort();
    writeSession(ownerIn(folder).files, { name: `${names[0]}.0123456789abcdef`, content });
    writeFileSync(join(folder, 'other.json'), JSON.stringify(content), { mode: 0o600 });
    expect(findSessions(ownerIn(folder)).map((it) => it.name)).toEqual(names);
  });

  it('finds none where there is no folder', () =>
    expect(findSessions(ownerIn(join(folder, 'gone')))).toEqual([]));

  it('takes a file of its own mode', () => {
    put(content);
    expect(findSessions(ownerIn(folder))).toHaveLength(1);
  });

  it('takes more than it knows, and drops it', () => {
    put({ ...content, later: true });
    expect(findSessions(ownerIn(folder))).toEqual([{ name, content }]);
  });

  const CASES: readonly Case[] = [
    {
      what: 'a file that the group may write',
      why: 'others may write it (mode 0620',
      make: () => put(content, 0o620),
      needs: FILE_MODES,
    },
    {
      what: 'a file that anybody may write',
      why: 'others may write it (mode 0602',
      make: () => put(content, 0o602),
      needs: FILE_MODES,
    },
    {
      what: 'a file that the group may read',
      why: 'others may read it (mode 0640',
      make: () => put(content, 0o640),
      needs: FILE_MODES,
    },
    {
      what: 'a file that anybody may read',
      why: 'others may read it (mode 0644',
      make: () => put(content, 0o644),
      needs: FILE_MODES,
    },
    {
      what: 'a file of another mode',
      why: 'its mode is not 0600 any more (mode 0400',
      make: () => put(content, 0o400),
      needs: FILE_MODES,
    },
    { what: 'an empty file', why: 'cut off', make: () => unsigned('') },
    { what: 'half a file', why: 'cut off', make: () => unsigned(JSON.stringify(content).slice(0, -20)) },
    { what: 'no JSON', why: 'not signed', make: () => unsigned('{]') },
    { what: 'other JSON', why: 'not signed', make: () => unsigned('[]') },
    { what: 'what nobody has signed', why: 'not signed', make: () => unsigned(JSON.stringify(content)) },
    {
      what: 'what another job has signed',
      why: 'not signed',
      make: () => signedBy(new Job({ GITHUB_RUN_ID: '7' })),
    },
    { what: 'what was signed for another name', why: 'not signed', make: () => renamed() },
    { what: 'what was changed', why: 'not signed', make: () => changed() },
    {
      what: 'a later form',
      why: 'another version of this action',
      make: () => put({ ...content, version: 2 }),
    },
    { what: 'a field short', why: 'form', make: () => put({ ...content, token: undefined }) },
    { what: 'a field of another kind', why: 'form', make: () => put({ ...content, apps: 'my-app' }) },
    { what: 'an address that is none', why: 'form', make: () => put({ ...content, apiUrl: 'machines' }) },
    {
      what: 'more than any session',
      why: 'larger',
      make: () => put(JSON.stringify(content) + ' '.repeat(4 * 1024 * 1024)),
    },
    { what: 'a folder', why: 'no file', make: () => mkdirSync(path) },
    {
      what: 'a pipe that nobody writes to',
      why: 'no file',
      make: () => void execFileSync('mkfifo', ['-m', '600', path]),
      needs: NAMED_PIPES,
    },
    {
      what: 'a link to nothing',
      why: 'link',
      make: () => symlinkSync(join(folder, 'gone'), path),
      needs: LINKS,
    },
    {
      what: 'a link to a session',
      why: 'link',
      make: () => {
        writeSession(ownerIn(folder).files, { name: 'elsewhere', content });
        symlinkSync(join(folder, 'elsewhere'), path);
      },
      needs: LINKS,
    },
  ];

  itEachWhere(CASES)('does not take $what, and says why', ({ why, make }) => {
    make();
    const { sessions, refused } = surveySessions(ownerIn(folder));
    expect(sessions).toEqual([]);
    expect(refused).toEqual([{ name, why: expect.stringContaining(why) }]);
  });

  it('can not look into what is no folder, and says where to look', () => {
    put(content);
    expect(thrownBy(() => findSessions(ownerIn(path)))).toMatchObject({
      class: 'input',
      message: expect.stringContaining('RUNNER_TEMP'),
    });
  });

  itWhere(FILE_MODES)('does not take a file of another user', () => {
    writeSession(ownerIn(folder).files, { name, content });
    jest.spyOn(process, 'getuid').mockReturnValue((process.getuid?.() ?? 0) + 1);
    const { sessions, refused } = surveySessions(ownerIn(folder));
    expect(sessions).toEqual([]);
    expect(refused).toEqual([{ name, why: expect.stringMatching(/another user's.* owner \d+/) }]);
  });
});

describe('when a session is removed', () => {
  it('is gone, and may be gone already', () => {
    writeSession(ownerIn(folder).files, { name, content });
    removeSession(filesIn(folder), name);
    removeSession(filesIn(folder), name);
    expect(readdirSync(folder)).toEqual([]);
  });

  itWhere(LINKS)('removes a link, not what it leads to', () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, path);
    removeSession(filesIn(folder), name);
    expect(readdirSync(folder)).toEqual(['target']);
  });

  it.each([
    'target',
    '../target',
    `../${name}`,
    `${name}/../target`,
    '',
    '.',
    `${name}\n`,
    `x${name}`,
    'fly-machines-session-0.json',
  ])('refuses the name %j', (wrong) => {
    writeFileSync(join(folder, 'target'), 'precious');
    expect(thrownBy(() => removeSession(filesIn(join(folder)), wrong))).toMatchObject({ class: 'internal' });
    expect(readdirSync(folder)).toEqual(['target']);
  });
});

describe('when discharges are taken from a session', () => {
  it('knows when they arrived, and drops what can not be read', () => {
    const [good] = content.discharges;
    const discharges = [
      { text: 'fm2_AAAA' },
      ...(good === undefined ? [] : [good, { text: good.text }]),
      { text: '' },
    ];
    const found = fromContent({ ...content, discharges }).discharges;
    expect(found.map(({ text: it, arrived }) => [it, arrived])).toEqual([
      [good?.text, 5],
      [good?.text, undefined],
    ]);
  });
});
