import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { memoryDisk } from '../../../simulate/host/memory-disk.js';
import type { Files } from '../../../src/files/files.js';
import { filesIn } from '../../../src/files/folder.js';
import { thrownBy } from '../../support/caught.js';
import { type FaultySystem, type FileCall, faultySystem } from '../../support/fakes/faulty-files.js';
import { filesInMemory } from '../../support/fakes/memory-files.js';
import {
  type Facility,
  FILE_MODES,
  itEachWhere,
  itWhere,
  LINKS,
  NAMED_PIPES,
  PRIVATE_MODE,
} from '../../support/where.js';

let folder: string;
let path: string;
let system: FaultySystem;
let files: Files;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  path = join(folder, 'it');
  system = faultySystem();
  files = filesIn(folder, system);
});
afterEach(() => rmSync(folder, { recursive: true }));

const waited = () => system.pauses.reduce((sum, ms) => sum + ms, 0);
const MOMENTARY = ['EPERM', 'EBUSY', 'EACCES', 'EINTR', 'EAGAIN', 'EMFILE', 'ENFILE'];

describe('when a disk and memory hold the same', () => {
  it.each([
    ['on disk', () => files],
    ['in memory', () => filesInMemory()],
    ['on a disk in memory', () => filesIn('/runner/temp', memoryDisk())],
  ])('act alike: %s', (_, made) => {
    const its = made();
    expect(its.read('it')).toEqual({});
    its.write('it', 'text 🔥');
    its.write('other', ['o', 'ther']);
    its.append('log', 'a', { isNew: true });
    its.append('log', 'b');
    expect(thrownBy(() => its.append('log', 'c', { isNew: true }))).toMatchObject({
      message: expect.stringContaining('EEXIST'),
    });
    expect(thrownBy(() => its.append('gone', 'c'))).toMatchObject({
      message: expect.stringContaining('ENOENT'),
    });
    expect(its.names().map((name) => [name, its.read(name).text])).toEqual(
      expect.arrayContaining([
        ['it', 'text 🔥'],
        ['other', 'other'],
        ['log', 'ab'],
      ]),
    );
    its.write('it.0123', 'left over');
    its.remove('it');
    its.remove('it');
    expect(its.names().sort()).toEqual(['log', 'other']);
    expect(basename(its.path('it'))).toBe('it');
  });
});

describe('when a file is refused for a moment', () => {
  const CALLS: readonly (readonly [FileCall, string])[] = [
    ['open', 'written'],
    ['stat', 'written'],
    ['write', 'written'],
    ['rename', 'written'],
    ['open', 'appended'],
    ['write', 'appended'],
    ['open', 'read'],
    ['stat', 'read'],
    ['read', 'read'],
    ['close', 'read'],
    ['list', 'listed'],
    ['remove', 'removed'],
    ['list', 'removed'],
  ];
  const WORK: Record<string, () => unknown> = {
    written: () => files.write('it', 'more'),
    appended: () => files.append('it', '+'),
    read: () => expect(files.read('it')).toEqual({ text: 'text' }),
    listed: () => expect(files.names()).toEqual(['it']),
    removed: () => files.remove('it'),
  };
  const LEFT: Record<string, readonly string[]> = { written: ['more'], appended: ['text+'], removed: [] };

  it.each(CALLS.flatMap(([call, what]) => MOMENTARY.map((code) => [call, what, code] as const)))(
    'tries again: %s, to be %s, %s',
    (call, what, code) => {
      files.write('it', 'text');
      system.refuse({ call, code, times: 3 });
      WORK[what]?.();
      expect(system.pauses).toHaveLength(3);
      const left = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      expect(left).toEqual(LEFT[what] ?? ['text']);
    },
  );

  it('writes no byte twice where the disk takes some of them only', () => {
    const { write } = system;
    files = filesIn(folder, {
      ...system,
      write: (descriptor, bytes) => write(descriptor, bytes.subarray(0, 3)),
    });
    system.refuse({ call: 'write', code: 'EINTR', times: 2 });
    files.write('it', ['🔥🔥', 'text']);
    expect(readFileSync(path, 'utf8')).toBe('🔥🔥text');
  });
});

describe('when a file is refused for good', () => {
  it('waits less than a second in all, says what it is, and does not take it for read', () => {
    files.write('it', 'text');
    system.refuse({ call: 'open', code: 'EBUSY' });
    expect(files.read('it')).toEqual({
      refused: expect.stringMatching(
        `^it can't be read: EBUSY \\(mode 0${PRIVATE_MODE.toString(8)}, owner \\d+\\)$`,
      ),
      unread: true,
    });
    expect(waited()).toBeLessThan(1_000);
  });

  it('says so even where not even its mode is known', () => {
    system.refuse({ call: 'open', code: 'EIO' }, { call: 'look', code: 'EIO' });
    expect(files.read('it')).toEqual({ refused: "it can't be read: EIO", unread: true });
  });

  it.each<[FileCall, string]>([
    ['open', 'EROFS'],
    ['write', 'ENOSPC'],
    ['close', 'EDQUOT'],
    ['rename', 'EXDEV'],
  ])('tries nothing again that time does not mend, and leaves what was there: %s', (call, code) => {
    files.write('it', 'text');
    system.calls.length = 0;
    system.refuse({ call, code });
    expect(String(thrownBy(() => files.write('it', 'more')))).toContain(code);
    expect(system.calls.filter((it) => it === call)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['it']);
    expect(readFileSync(path, 'utf8')).toBe('text');
  });

  it('says why it was not written, even where its clean-up fails', () => {
    system.refuse({ call: 'rename', code: 'EPERM' }, { call: 'remove', code: 'EBUSY' });
    expect(String(thrownBy(() => files.write('it', 'text')))).toMatch(/EPERM.*it\.[0-9a-f]{16}/);
    expect(waited()).toBeLessThan(2_000);
  });

  it('leaves no part of it behind where it can be removed a moment later', () => {
    system.refuse({ call: 'rename', code: 'EPERM' }, { call: 'remove', code: 'EBUSY', times: 2 });
    thrownBy(() => files.write('it', 'text'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('removes all others before it throws', () => {
    for (const name of ['it', 'it.1', 'it.2', 'other']) writeFileSync(join(folder, name), '');
    system.refuse({ call: 'remove', code: 'EROFS', times: 1 });
    expect(String(thrownBy(() => files.remove('it')))).toContain('EROFS');
    expect(readdirSync(folder).sort()).toEqual(['it', 'other']);
  });

  it('removes the file itself where what is beside it can not be listed', () => {
    files.write('it', 'text');
    system.refuse({ call: 'list', code: 'EACCES' });
    expect(String(thrownBy(() => files.remove('it')))).toContain('EACCES');
    expect(readdirSync(folder)).toEqual([]);
    expect(waited()).toBeLessThan(1_000);
  });

  it('says that a folder can not be listed, and that one is not there by being empty', () => {
    system.refuse({ call: 'list', code: 'EIO' });
    expect(String(thrownBy(() => files.names()))).toContain('EIO');
    expect(filesIn(join(folder, 'gone')).names()).toEqual([]);
  });
});

interface Other {
  readonly what: string;
  readonly why: string;
  readonly make: () => unknown;
  readonly needs?: Facility;
}

describe('when something else stands where a file is to be', () => {
  const OTHERS: readonly Other[] = [
    {
      what: 'a link',
      why: 'it is a link',
      make: () => symlinkSync(join(folder, 'target'), path),
      needs: LINKS,
    },
    {
      what: 'a link to nothing',
      why: 'it is a link',
      make: () => symlinkSync(join(folder, 'gone'), path),
      needs: LINKS,
    },
    { what: 'a folder', why: 'it is no file', make: () => mkdirSync(path) },
    {
      what: 'a pipe',
      why: 'it is no file',
      make: () => execFileSync('mkfifo', ['-m', '600', path]),
      needs: NAMED_PIPES,
    },
  ];
  beforeEach(() => writeFileSync(join(folder, 'target'), 'precious', { mode: 0o600 }));

  itEachWhere(OTHERS)('refuses it at once, to read and to append: $what', ({ why, make }) => {
    make();
    expect(files.read('it')).toEqual({ refused: expect.stringContaining(why) });
    thrownBy(() => files.append('it', 'more'));
    thrownBy(() => files.append('it', 'more', { isNew: true }));
    expect(system.pauses).toEqual([]);
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('precious');
    expect(readdirSync(folder)).not.toContain('gone');
  });

  it.each(['EPERM', 'EACCES'])('knows a folder at once where opening one is refused: %s', (code) => {
    mkdirSync(path);
    system.refuse({ call: 'open', code });
    expect(files.read('it')).toEqual({ refused: expect.stringContaining('it is no file') });
    expect(system.pauses).toEqual([]);
  });

  itWhere(LINKS)('replaces a link by the file, not what it leads to', () => {
    symlinkSync(join(folder, 'target'), path);
    files.write('it', 'text');
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('precious');
  });
});

describe('when modes have been changed in between', () => {
  itWhere(FILE_MODES).each([
    [0o660, 'others may write it (mode 0660', undefined],
    [0o602, 'others may write it (mode 0602', undefined],
    [0o640, 'others may read it (mode 0640', true],
    [0o604, 'others may read it (mode 0604', true],
    [0o610, 'others may read it (mode 0610', true],
    [0o400, 'its mode is not 0600 any more (mode 0400', true],
    [0o700, 'its mode is not 0600 any more (mode 0700', true],
    [0o4600, 'its mode is not 0600 any more (mode 04600', true],
  ])('takes and adds to nothing of mode %i', (mode, why, unread) => {
    files.write('it', 'text');
    chmodSync(path, mode);
    expect(files.read('it')).toEqual({
      refused: expect.stringContaining(why),
      ...(unread && { unread }),
    });
    expect(String(thrownBy(() => files.append('it', 'more')))).toMatch(/^Error: /);
    expect(readFileSync(path, 'utf8')).toBe('text');
  });

  itWhere(FILE_MODES)('writes a new one in its place, whatever the umask', () => {
    files.write('it', 'text');
    chmodSync(path, 0o666);
    const umask = process.umask(0);
    files.write('it', 'more');
    files.append('log', 'a', { isNew: true });
    process.umask(umask);
    expect(files.read('it')).toEqual({ text: 'more' });
    expect(files.read('log')).toEqual({ text: 'a' });
  });

  itWhere(FILE_MODES)('goes by what it has opened, not by what stood there before', () => {
    files.write('it', 'text');
    const { open } = system;
    files = filesIn(folder, {
      ...system,
      open: (...given) => {
        chmodSync(path, 0o644);
        return open(...given);
      },
    });
    expect(files.read('it').refused).toContain('others may read it');
  });

  itWhere(FILE_MODES)('writes nothing where the disk keeps no modes, and says so', () => {
    const { stat } = system;
    files = filesIn(folder, {
      ...system,
      stat: (descriptor) => Object.assign(stat(descriptor), { mode: 0o100777 }),
    });
    expect(String(thrownBy(() => files.write('it', 'text')))).toContain('others may write it (mode 0777');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('looks at no modes where files have no owners', () => {
    files.write('it', 'text');
    chmodSync(path, 0o666);
    expect(filesIn(folder, { ...system, user: () => undefined }).read('it')).toEqual({ text: 'text' });
  });

  itWhere(FILE_MODES)('takes nothing of another user', () => {
    files.write('it', 'text');
    const other = filesIn(folder, { ...system, user: () => 4711 });
    expect(other.read('it')).toEqual({
      refused: expect.stringMatching(
        /^it is another user's, and this step runs as 4711 \(mode 0600, owner \d+\)$/,
      ),
    });
  });
});
