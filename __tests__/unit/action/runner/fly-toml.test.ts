import { execFileSync } from 'node:child_process';
import fs, { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlyToml } from '../../../../src/action/runner/fly-toml.js';
import { thrownBy } from '../../../support/caught.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fly-toml-'));
  path = join(folder, 'fly.toml');
});

afterEach(() => rmSync(folder, { recursive: true }));

const TEXT = 'app = "my-app" # größer\n';
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

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

  it.each<[string, () => unknown, RegExp]>([
    ['a folder', () => mkdirSync(path), /is a folder/],
    ['a link', () => [writeFileSync(`${path}.real`, TEXT), symlinkSync(`${path}.real`, path)], /is a link/],
    ['a link to nowhere', () => symlinkSync('nowhere', path), /is a link/],
    ['a link to itself', () => symlinkSync('fly.toml', path), /is a link/],
    ['a link to what never ends', () => symlinkSync('/dev/zero', path), /is a link/],
    ['a FIFO, which nobody writes to', () => execFileSync('mkfifo', [path]), /is no regular file/],
    ['a large file', () => writeFileSync(path, TEXT.padEnd(65_537, '#')), /more than 65536/],
    ['UTF-16', () => writeFileSync(path, utf16(`\uFEFF${TEXT}`)), /is in UTF-16/],
    ['UTF-16, the other way', () => writeFileSync(path, utf16(`\uFEFF${TEXT}`).swap16()), /is in UTF-16/],
    ['UTF-16 without a mark', () => writeFileSync(path, utf16(TEXT)), /is in UTF-16/],
    ['Latin-1', () => writeFileSync(path, Buffer.from(TEXT, 'latin1')), /is not in UTF-8/],
    ['a program', () => writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff])), /is not in UTF-8/],
  ])('refuses %s, by its name and at once', (_, make, expected) => {
    make();
    const error = thrownBy(() => readFlyToml(path));
    expect(error).toMatchObject({ class: 'input', message: expect.stringMatching(expected) });
    expect(error).toMatchObject({ message: expect.stringContaining("The workspace's fly.toml") });
  });

  it('says so where it may not be read', () => {
    writeFileSync(path, TEXT);
    chmodSync(path, 0);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) expect(readFlyToml(path)).toBe(TEXT);
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
