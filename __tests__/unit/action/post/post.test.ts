import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { post } from '../../../../src/action/post.js';
import { type FakeLog, fakeLog, fakeRunner } from '../../../support/fakes/fake-shell.js';
import { steppingClock } from '../../../support/fakes/stepping-clock.js';
import { leftBy } from '../../../support/rigs/post-run.js';

const NAME = `fly-machines-session-${'0a'.repeat(16)}.json`;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'post-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function posted(
  state: Readonly<Record<string, string>>,
  temp: string | undefined = folder,
): Promise<FakeLog> {
  const log = fakeLog();
  await post({
    env: leftBy(state),
    log,
    runner: fakeRunner(),
    clock: steppingClock(),
    transport: () => Promise.reject(new Error('nothing is to be sent')),
    jitter: () => 0,
    cancelled: new AbortController().signal,
    temp,
  });
  return log;
}

describe('when the job ends', () => {
  it('removes the session that this step opened', async () => {
    writeFileSync(join(folder, NAME), '{}');
    expect((await posted({ STATE_session: NAME })).said('info')).toEqual([
      'The session is closed and its file removed.',
    ]);
    expect(existsSync(join(folder, NAME))).toBe(false);
  });

  it('does not mind that it is gone already', async () => {
    expect((await posted({ STATE_session: NAME })).said('warning')).toEqual([]);
  });

  it('has nothing to do where the step opened none', async () => {
    expect((await posted({ STATE_session: '', STATE_restore: '' })).lines).toEqual([]);
    expect((await posted({})).lines).toEqual([]);
  });

  it('has nothing to do outside of a runner', async () => {
    const log = await posted({ STATE_session: NAME }, '');
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
  ])('removes nothing that is not called as sessions are: %j', async (name) => {
    writeFileSync(join(folder, 'other.txt'), 'x');
    expect((await posted({ STATE_session: name })).said('warning')).toHaveLength(1);
    expect(existsSync(join(folder, 'other.txt'))).toBe(true);
  });

  it('only warns when the file can’t be removed', async () => {
    mkdirSync(join(folder, NAME));
    const log = await posted({ STATE_session: NAME });
    expect(log.said('warning')).toEqual([expect.stringContaining('could not be removed')]);
    expect(log.said('error')).toEqual([]);
  });
});

describe('when a state to restore can’t be used', () => {
  const head = { command: 'stop', fallback: 'none', parts: 1 };
  const machines = '[["my-app","started",[["m1","01V","stopped"]]]]';

  it.each([
    { what: 'a record that isn’t readable', state: { STATE_restore: 'x' }, said: /not readable/ },
    {
      what: 'a part that is missing',
      state: { STATE_restore: JSON.stringify(head) },
      said: /not readable/,
    },
    {
      what: 'no file of its own',
      state: { STATE_restore: JSON.stringify({ ...head, session: NAME }), 'STATE_restore-1': machines },
      said: /token that this step left for its post is gone.*by hand/,
    },
    {
      what: 'no file of its own',
      state: {
        STATE_restore: JSON.stringify({ ...head, own: `fly-machines-restore-${'0a'.repeat(16)}.json` }),
        'STATE_restore-1': machines,
      },
      said: /that this step left for its post is gone.*by hand/,
    },
    {
      what: 'a file of somebody else',
      state: { STATE_restore: JSON.stringify({ ...head, own: '../other.txt' }), 'STATE_restore-1': machines },
      said: /does not name a file of its own/,
    },
  ])('warns of $what, and closes the session all the same', async ({ state, said }) => {
    const closing = `fly-machines-session-${'0b'.repeat(16)}.json`;
    writeFileSync(join(folder, closing), '{}');
    const log = await posted({ ...state, STATE_session: closing });
    expect(log.said('warning')).toEqual([expect.stringMatching(said)]);
    expect(log.said('error')).toEqual([]);
    expect(existsSync(join(folder, closing))).toBe(false);
  });
});
