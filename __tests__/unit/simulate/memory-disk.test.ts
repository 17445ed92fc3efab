import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DiskProcess, type MemoryDisk, memoryDisk } from '../../../simulate/host/memory-disk.js';
import { type FileSystem, nodeFileSystem } from '../../../src/files/file-system.js';
import { filesIn } from '../../../src/files/folder.js';
import { errorCode } from '../../../src/files/patience.js';
import { thrownBy } from '../../support/caught.js';
import { FILE_MODES, itWhere } from '../../support/where.js';

const bytes = (text: string) => Buffer.from(text);

/** Returns what a call returns, or the code of its error. */
function answer(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return errorCode(error);
  }
}

/** Calls to one disk, on which a name stands for a path. */
type Calls = (system: FileSystem, at: (name: string) => string) => unknown;

/** Answers about something that is there; sizes and modes of links and folders are a disk's own business. */
const looked: (name: string) => Calls = (name) => (system, at) =>
  answer(() => {
    const found = system.look(at(name));
    const facts = found.isFile() ? [found.mode, found.uid, found.size] : [];
    return [found.isFile(), found.isSymbolicLink(), ...facts];
  });

/** Answers of an open file, and of a closed one. */
const opened: (name: string, opening: 'read' | 'create' | 'add') => Calls = (name, opening) => (system, at) =>
  answer(() => {
    const file = system.open(at(name), opening);
    const found = system.stat(file);
    return [
      found.isFile() && [found.mode, found.uid, found.size],
      found.isSymbolicLink(),
      answer(() => system.write(file, bytes('+é'))),
      answer(() => system.write(file, bytes(''))),
      answer(() => system.read(file)),
      answer(() => system.close(file)),
      answer(() => system.close(file)),
      answer(() => system.stat(file)),
      answer(() => system.read(file)),
      answer(() => system.write(file, bytes('.'))),
    ];
  });

const PLACES = ['file', 'open', 'link', 'folder', 'folder/inner', 'gone', 'gone/file'];
const CASES: readonly (readonly [string, Calls])[] = [
  ...PLACES.flatMap((name): (readonly [string, Calls])[] => [
    [`read ${name}`, opened(name, 'read')],
    [`create ${name}`, opened(name, 'create')],
    [`add to ${name}`, opened(name, 'add')],
    [`look at ${name}`, looked(name)],
    [`list ${name}`, (system, at) => answer(() => system.list(at(name)))],
    [`remove ${name}`, (system, at) => answer(() => system.remove(at(name)))],
    [`move to ${name}`, (system, at) => answer(() => system.rename(at('file'), at(name)))],
  ]),
  ...PLACES.filter((name) => name !== 'folder').map((name): readonly [string, Calls] => [
    `move ${name}`,
    (system, at) => answer(() => system.rename(at(name), at('new'))),
  ]),
  [
    'remove what is open',
    (system, at) => {
      const file = system.open(at('file'), 'add');
      system.remove(at('file'));
      return [system.write(file, bytes('more')), system.stat(file).size, answer(() => system.close(file))];
    },
  ],
];

describe('when the same calls go to the real disk and to one in memory', () => {
  let folder: string;
  let memory: MemoryDisk;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'disk-'));
    memory = memoryDisk({ folders: [folder], user: nodeFileSystem.user() ?? 0 });
    mkdirSync(join(folder, 'folder'));
    for (const [name, mode] of [
      ['file', 0o600],
      ['open', 0o644],
      ['folder/inner', 0o600],
    ] as const) {
      writeFileSync(join(folder, name), `${name} 🔥`, { mode });
      memory.put(join(folder, name), { bytes: bytes(`${name} 🔥`), mode });
    }
    symlinkSync('file', join(folder, 'link'));
    memory.put(join(folder, 'link'), { isLink: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  itWhere(FILE_MODES).each(CASES)('has the same answers, and leaves the same: %s', (_, calls) => {
    const at = (name: string) => join(folder, name);
    const [real, its] = [nodeFileSystem, memory].map((system) => {
      const given = calls(system, at);
      const names = system.list(folder).sort();
      const text = (name: string) => answer(() => system.read(system.open(at(name), 'read')));
      return [given, names.map((name) => [name, looked(name)(system, at), text(name)])];
    });
    expect(its).toEqual(real);
  });
});

const TEMP = '/runner/temp';

function folderOn(disk: MemoryDisk, process: DiskProcess = {}) {
  return filesIn(TEMP, disk.seenBy(process));
}

describe('when a path is joined as Windows does it', () => {
  it('names the same file on a disk in memory', () => {
    const disk = memoryDisk();
    disk.close(disk.open('\\runner\\temp\\it', 'create'));
    disk.rename('\\runner\\temp\\it', '\\runner\\temp\\other');
    expect([...disk.files.keys()]).toEqual([`${TEMP}/other`]);
    expect(disk.list('\\runner\\temp')).toEqual(['other']);
    expect(disk.look('\\runner\\temp\\other').isFile()).toBe(true);
    disk.remove('\\runner\\temp\\other');
    expect(disk.files.size).toBe(0);
  });
});

describe('when a disk in memory is full', () => {
  it('takes what it has room for, keeps what was there, and has room again for what was removed', () => {
    const disk = memoryDisk({ capacity: 10 });
    const files = folderOn(disk);
    files.write('it', 'text');
    expect(String(thrownBy(() => files.write('it', 'longer text')))).toMatch(
      /^Error: ENOSPC: no space left on device, write '\/runner\/temp\/it\.\d{16}'$/,
    );
    expect([...disk.files.keys()]).toEqual([`${TEMP}/it`]);
    expect(files.read('it')).toEqual({ text: 'text' });
    expect(thrownBy(() => files.append('log', 'longer text', { isNew: true }))).toMatchObject({
      code: 'ENOSPC',
    });
    expect(files.read('log')).toEqual({ text: 'longer' });
    files.remove('log');
    files.append('it', ' that');
    expect(files.read('it')).toEqual({ text: 'text that' });
  });
});

describe('when a process crashes in the middle of a write', () => {
  /** Ends the process at its call of that number, and each one after it. */
  const crashAt = (last: number) => {
    let calls = 0;
    return () => {
      calls += 1;
      if (calls >= last) throw new Error('crash');
      return undefined;
    };
  };

  it('leaves the file as it was or as it was to be, and at most a part of it beside that', () => {
    const left = [1, 2, 3, 4, 5, 6].map((last) => {
      const disk = memoryDisk();
      folderOn(disk).write('it', 'text');
      const process = { mostAtOnce: 4, before: crashAt(last) };
      const error = thrownBy(() => folderOn(disk, process).write('it', 'longer'));
      expect(error).toMatchObject({ message: 'crash' });
      const beside = [...disk.files].filter(([path]) => path !== `${TEMP}/it`);
      return [folderOn(disk).read('it').text, ...beside.map(([, file]) => file.bytes.toString())];
    });
    // It is opened, looked at, written to twice, closed, and moved.
    expect(left).toEqual([
      ['text'],
      ['text', ''],
      ['text', ''],
      ['text', 'long'],
      ['text', 'longer'],
      ['text', 'longer'],
    ]);
  });
});

describe('when a folder in memory is emptied', () => {
  it('has no files any more, takes new ones, and takes none once it is gone itself', () => {
    const disk = memoryDisk();
    const files = folderOn(disk);
    files.write('it', 'text');
    disk.put('/runner/other/it', { bytes: bytes('other') });
    disk.empty(TEMP);
    expect([files.names(), files.read('it')]).toEqual([[], {}]);
    files.write('it', 'more');
    expect(files.names()).toEqual(['it']);
    disk.empty(TEMP, { itself: true });
    expect([files.names(), files.read('it')]).toEqual([[], {}]);
    expect(thrownBy(() => files.write('it', 'more'))).toMatchObject({ code: 'ENOENT' });
    expect([...disk.files.keys()]).toEqual(['/runner/other/it']);
  });

  it('still takes what is written to an open file, which nobody finds', () => {
    const disk = memoryDisk();
    const file = disk.open(`${TEMP}/it`, 'create');
    disk.empty(TEMP);
    expect(disk.write(file, bytes('text'))).toBe(4);
    expect(disk.list(TEMP)).toEqual([]);
  });
});

describe('when a call to a disk in memory is refused', () => {
  it('is tried again after a pause, as it would be on a real disk', () => {
    const pauses: number[] = [];
    const asked: string[] = [];
    const files = folderOn(memoryDisk(), {
      before: (call, path) => {
        asked.push(`${call} ${path}`);
        return call === 'rename' && pauses.length < 2 ? 'EBUSY' : undefined;
      },
      pause: (ms) => void pauses.push(ms),
    });
    files.write('it', 'text');
    expect(pauses).toHaveLength(2);
    expect(asked.filter((it) => it.startsWith('rename'))).toHaveLength(3);
    expect(files.read('it')).toEqual({ text: 'text' });
  });
});

describe('when several users share a disk in memory', () => {
  const disk = memoryDisk();
  disk.put(`${TEMP}/private`, { bytes: bytes('a'), uid: 1 });
  disk.put(`${TEMP}/readable`, { bytes: bytes('b'), uid: 1, mode: 0o644 });
  disk.put(`${TEMP}/theirs`, { bytes: bytes('c'), uid: 1, mode: 0o400 });

  it.each([
    [1, ['a', 'b', 'c'], [1, 1, 'EACCES']],
    [2, ['EACCES', 'b', 'EACCES'], ['EACCES', 'EACCES', 'EACCES']],
    [0, ['a', 'b', 'c'], [1, 1, 1]],
  ])('lets user %i read and write what the modes allow', (user, read, written) => {
    const its = disk.seenBy({ user });
    const paths = ['private', 'readable', 'theirs'].map((name) => `${TEMP}/${name}`);
    const open = (path: string, opening: 'read' | 'add') => its.open(path, opening);
    expect(paths.map((path) => answer(() => its.read(open(path, 'read'))))).toEqual(read);
    expect(paths.map((path) => answer(() => open(path, 'add') && 1))).toEqual(written);
  });

  it('has what they create be their own, for them alone', () => {
    const its = disk.seenBy({ user: 7 });
    const found = its.stat(its.open(`${TEMP}/new`, 'create'));
    expect([found.uid, found.mode]).toEqual([7, 0o100600]);
  });
});
