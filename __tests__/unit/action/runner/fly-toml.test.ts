import { execFileSync } from 'node:child_process';
import fs, { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlyToml } from '../../../../src/action/runner/fly-toml.js';
import { thrownBy } from '../../../support/caught.js';
import {
  type Facility,
  FILE_MODES,
  itEachWhere,
  itWhere,
  LINKS,
  NAMED_PIPES,
  ROOT,
} from '../../../support/where.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fly-toml-'));
  path = join(folder, 'fly.toml');
});

afterEach(() => rmSync(folder, { recursive: true }));

const TEXT = 'app = "my-app" # größer\n';
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

/** Something that stands where a fly.toml is looked for. */
interface Case {
  readonly what: string;
  readonly make: () => unknown;
  readonly expected: RegExp;
  readonly needs?: Facility;
}

describe('when the workspace has a fly.toml', () => {
  it('reads it, with a byte order mark or without', () => {
    for (const mark of ['', '\uFEFF']) {
      writeFileSync(path, mark + TEXT);
      expect(readFlyToml(path)).toBe(TEXT);
    }
    writeFileSync(path, '');
    expect(readFlyToml(path)).toBe('');
  });

  it('knows that there is none', () => {
    expect(readFlyToml(path)).toBeUndefined();
    expect(readFlyToml(join(folder, 'no', 'fly.toml'))).toBeUndefined();
  });

  const CASES: readonly Case[] = [
    { what: 'a folder', make: () => mkdirSync(path), expected: /is a folder/ },
    {
      what: 'a link',
      make: () => [writeFileSync(`${path}.real`, TEXT), symlinkSync(`${path}.real`, path)],
      expected: /is a link/,
      needs: LINKS,
    },
    {
      what: 'a link to nowhere',
      make: () => symlinkSync('nowhere', path),
      expected: /is a link/,
      needs: LINKS,
    },
    {
      what: 'a link to itself',
      make: () => symlinkSync('fly.toml', path),
      expected: /is a link/,
      needs: LINKS,
    },
    {
      what: 'a link to what never ends',
      make: () => symlinkSync('/dev/zero', path),
      expected: /is a link/,
      needs: LINKS,
    },
    {
      what: 'a FIFO, which nobody writes to',
      make: () => execFileSync('mkfifo', [path]),
      expected: /is no regular file/,
      needs: NAMED_PIPES,
    },
    {
      what: 'a large file',
      make: () => writeFileSync(path, TEXT.padEnd(65_537, '#')),
      expected: /more than 65536/,
    },
    { what: 'UTF-16', make: () => writeFileSync(path, utf16(`\uFEFF${TEXT}`)), expected: /is in UTF-16/ },
    {
      what: 'UTF-16, the other way',
      make: () => writeFileSync(path, utf16(`\uFEFF${TEXT}`).swap16()),
      expected: /is in UTF-16/,
    },
    { what: 'UTF-16 without a mark', make: () => writeFileSync(path, utf16(TEXT)), expected: /is in UTF-16/ },
    {
      what: 'Latin-1',
      make: () => writeFileSync(path, Buffer.from(TEXT, 'latin1')),
      expected: /is not in UTF-8/,
    },
    {
      what: 'a program',
      make: () => writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff])),
      expected: /is not in UTF-8/,
    },
  ];

  itEachWhere(CASES)('refuses $what, by its name and at once', ({ make, expected }) => {
    make();
    const error = thrownBy(() => readFlyToml(path));
    expect(error).toMatchObject({ class: 'input', message: expect.stringMatching(expected) });
    expect(error).toMatchObject({ message: expect.stringContaining("The workspace's fly.toml") });
  });

  itWhere(FILE_MODES)('says so where it may not be read', () => {
    writeFileSync(path, TEXT);
    chmodSync(path, 0);
    if (ROOT.isHere()) expect(readFlyToml(path)).toBe(TEXT);
    else expect(thrownBy(() => readFlyToml(path))).toMatchObject({ class: 'input' });
  });
});

describe('when a fly.toml is refused for a moment', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    [5, 'read'],
    [6, 'named'],
  ])('%i times, it is %s', (times, what) => {
    writeFileSync(path, TEXT);
    const spy = jest.spyOn(fs, 'openSync');
    for (let it = 0; it < times; it += 1)
      spy.mockImplementationOnce(() => {
        throw Object.assign(new Error('EBUSY: not now'), { code: 'EBUSY' });
      });
    const read = () => readFlyToml(path, () => undefined);
    if (what === 'read') expect(read()).toBe(TEXT);
    else expect(thrownBy(read)).toMatchObject({ class: 'input', message: expect.stringContaining('EBUSY') });
  });
});
