import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrivate, removePrivate, writePrivate } from '../../../src/files/private-file.js';
import { thrownBy } from '../../support/caught.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'private-'));
  path = join(folder, 'it');
  // Between two tries it waits in place, which no test has to.
  jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

const refusal = (code: string) => Object.assign(new Error(`${code}: not now`), { code });

/** Has one function of `node:fs` fail so many times before it works. */
function failing(name: 'openSync' | 'renameSync' | 'rmSync', code: string, times: number) {
  const spy = jest.spyOn(fs, name);
  for (let it = 0; it < times; it += 1)
    spy.mockImplementationOnce(() => {
      throw refusal(code);
    });
  return spy;
}

describe('When a file is refused for a moment', () => {
  it.each(['EPERM', 'EBUSY', 'EACCES'])('is read, written and removed at a later try: %s', (code) => {
    failing('renameSync', code, 3);
    writePrivate(path, 'text');
    failing('openSync', code, 3);
    expect(readPrivate(path)).toEqual({ text: 'text' });
    failing('rmSync', code, 3);
    removePrivate(folder, 'it');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('waits less than a second in all, and then says what it is', () => {
    fs.writeFileSync(path, 'text', { mode: 0o600 });
    failing('openSync', 'EBUSY', 1_000);
    expect(readPrivate(path)).toEqual({
      refused: expect.stringMatching(/^it can't be read: EBUSY \(mode 0600, owner \d+\)$/),
      unread: true,
    });
    const pauses = jest.mocked(Atomics.wait).mock.calls.map(([, , , ms]) => ms ?? 0);
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(1_000);
  });

  it('tries nothing again that time does not mend', () => {
    const spy = failing('renameSync', 'ENOSPC', 2);
    expect(String(thrownBy(() => writePrivate(path, 'text')))).toContain('ENOSPC');
    expect(spy).toHaveBeenCalledTimes(1);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('When a file can not be written or removed at all', () => {
  it('says why it was not written, even where its clean-up fails', () => {
    failing('renameSync', 'EPERM', 1_000);
    failing('rmSync', 'EBUSY', 1_000);
    expect(String(thrownBy(() => writePrivate(path, 'text')))).toContain('EPERM');
  });

  it('leaves no part of it behind', () => {
    failing('renameSync', 'EPERM', 1_000);
    failing('rmSync', 'EBUSY', 2);
    thrownBy(() => writePrivate(path, 'text'));
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('removes all others before it throws', () => {
    for (const name of ['it', 'it.1', 'it.2', 'other']) fs.writeFileSync(join(folder, name), '');
    failing('rmSync', 'EROFS', 1);
    expect(String(thrownBy(() => removePrivate(folder, 'it')))).toContain('EROFS');
    expect(fs.readdirSync(folder)).toHaveLength(2);
  });
});
