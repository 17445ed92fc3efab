import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { post } from '../../../src/action/post.js';
import { type FakeLog, fakeLog } from '../../support/fake-shell.js';

const NAME = `fly-machines-session-${'0a'.repeat(16)}.json`;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'post-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function posted(name: string | undefined, temp: string | undefined = folder): FakeLog {
  const log = fakeLog();
  post({ STATE_session: name, RUNNER_TEMP: temp }, log);
  return log;
}

describe('when the job ends', () => {
  it('removes the session that this step opened', () => {
    writeFileSync(join(folder, NAME), '{}');
    expect(posted(NAME).said('info')).toEqual(['The session is closed and its file removed.']);
    expect(existsSync(join(folder, NAME))).toBe(false);
  });

  it('does not mind that it is gone already', () => {
    expect(posted(NAME).said('warning')).toEqual([]);
  });

  it.each([undefined, ''])('has nothing to do where the step opened none: %j', (name) => {
    expect(posted(name).lines).toEqual([]);
  });

  it('has nothing to do outside of a runner', () => {
    const log = fakeLog();
    post({ STATE_session: NAME }, log);
    expect(log.lines).toEqual([]);
  });

  it.each([
    'other.txt',
    `../${NAME}`,
    `${NAME}/../other.txt`,
    `x${NAME}`,
    `${NAME}\n`,
    'fly-machines-session-.json',
    '/etc/passwd',
  ])('removes nothing that is not called as sessions are: %j', (name) => {
    writeFileSync(join(folder, 'other.txt'), 'x');
    expect(posted(name).said('warning')).toHaveLength(1);
    expect(existsSync(join(folder, 'other.txt'))).toBe(true);
  });

  it('only warns when the file can’t be removed', () => {
    mkdirSync(join(folder, NAME));
    const log = posted(NAME);
    expect(log.said('warning')).toEqual([expect.stringContaining('could not be removed')]);
    expect(log.said('error')).toEqual([]);
  });
});
