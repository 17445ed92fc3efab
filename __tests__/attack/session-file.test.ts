import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { onOneNode } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { sessionFiles, sessionPath } from '../support/scenarios/session.js';
import { pathsAsked } from '../support/scenarios/steps.js';
import {
  type Facility,
  FILE_MODES,
  itEachWhere,
  LINKS,
  NAMED_PIPES,
  PRIVATE_MODE,
  ROOT,
} from '../support/where.js';

const OTHER_USER = 65_534;

interface Attack {
  readonly what: string;
  /** What somebody does to the session's file between two steps. */
  readonly spoil: (path: string, scenario: Scenario) => Promise<void> | void;
  /** What a system must have for it. */
  readonly needs?: Facility;
}

/** Makes the session what a change of its content comes to. */
const rewritten = (change: (content: Record<string, unknown>) => unknown) => (path: string) =>
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));

const replaced = (by: (path: string) => void) => (path: string) => {
  rmSync(path);
  by(path);
};

/** A whole session of an attacker's own token, from another job. */
async function foreignSession({ fly, anotherJob }: Scenario): Promise<string> {
  const job = anotherJob();
  await job.step({
    uses: './auth',
    with: { token: fly.mintToken({ app: APP, withDischarge: true }), app: APP },
  });
  return readFileSync(sessionPath(job), 'utf8');
}

const ATTACKS: readonly Attack[] = [
  {
    what: 'filled with the session of another job',
    spoil: async (path, scenario) => writeFileSync(path, await foreignSession(scenario)),
  },
  {
    what: 'a link to the session of another job',
    spoil: async (path, scenario) => {
      const file = join(scenario.job.temp, 'fly-machines-session-planted');
      writeFileSync(file, await foreignSession(scenario), { mode: 0o600 });
      rmSync(path);
      symlinkSync(file, path);
    },
    needs: LINKS,
  },
  {
    what: 'a hard link to the session of another job',
    spoil: async (path, scenario) => {
      const file = join(scenario.job.temp, 'fly-machines-session-planted');
      writeFileSync(file, await foreignSession(scenario), { mode: 0o600 });
      rmSync(path);
      linkSync(file, path);
    },
  },
  { what: 'a folder', spoil: replaced((path) => mkdirSync(path)) },
  {
    what: 'a pipe that nobody writes to',
    spoil: replaced((path) => void execFileSync('mkfifo', ['-m', '600', path])),
    needs: NAMED_PIPES,
  },
  {
    what: 'a device that never ends',
    spoil: replaced((path) => symlinkSync('/dev/zero', path)),
    needs: LINKS,
  },
  { what: 'of a later version', spoil: rewritten((content) => ({ ...content, version: 2 })) },
  { what: 'with an address that is none', spoil: rewritten((content) => ({ ...content, apiUrl: 'x' })) },
  { what: 'of 5 MB', spoil: rewritten((content) => ({ ...content, x: 'x'.repeat(5_000_000) })) },
  { what: 'nothing but brackets', spoil: (path) => writeFileSync(path, '['.repeat(1_000_000)) },
  { what: 'writable by the group', spoil: (path) => chmodSync(path, 0o660), needs: FILE_MODES },
  { what: 'writable by everybody', spoil: (path) => chmodSync(path, 0o666), needs: FILE_MODES },
  { what: 'readable by everybody', spoil: (path) => chmodSync(path, 0o644), needs: FILE_MODES },
  {
    what: "another user's",
    spoil: (path) => chownSync(path, OTHER_USER, OTHER_USER),
    needs: ROOT,
  },
];

onOneNode('When somebody has been at the file of the session', (open) => {
  itEachWhere(ATTACKS)(
    'counts it as absent, sends nothing, and the post clears up: $what',
    async ({ spoil }) => {
      const scenario = await open();
      const { job, fly } = scenario;
      const token = fly.mintToken({ app: APP, withDischarge: true });
      await job.step({ uses: './auth', with: { token, app: APP } });
      await spoil(sessionPath(job), scenario);
      const asked = pathsAsked(scenario).length;
      const result = await job.step({ uses: './list' });
      expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
      expect(said(result, 'error')).toEqual([expect.stringContaining('There is no token')]);
      expect(pathsAsked(scenario)).toHaveLength(asked);
      for (const post of await job.post()) expect(post.conclusion).toBe('success');
    },
  );

  it('makes one that was made readable private again where auth is run again', async () => {
    const { job, fly } = await open();
    const auth = { uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP } };
    await job.step(auth);
    const path = sessionPath(job);
    chmodSync(path, 0o644);
    await job.step(auth);
    expect((await job.step({ uses: './list' })).conclusion).toBe('success');
    expect(statSync(path).mode & 0o777).toBe(PRIVATE_MODE);
  });

  it('keeps no hold on it by another name once it was written anew', async () => {
    const scenario = await open({ settings: { aaa: { lifetimeMs: 60_000 } } });
    const { job, fly } = scenario;
    const inputs = { token: fly.mintToken({ app: APP }), app: APP, 'refresh-before': '30s' };
    await job.step({ uses: './auth', with: inputs });
    const kept = join(job.temp, `${basename(sessionPath(job))}.kept`);
    linkSync(sessionPath(job), kept);
    const before = readFileSync(kept, 'utf8');
    scenario.shiftFlysClock(70_000);
    await job.step({ uses: './list' });
    expect(readFileSync(kept, 'utf8')).toBe(before);
    expect(sessionFiles(job).filter(({ content }) => content !== before)).toHaveLength(1);
    await job.post();
    expect(sessionFiles(job)).toEqual([]);
  });
});

onOneNode('When state names a file that is none of ours', (open) => {
  it.each(['../home/precious', 'precious', '/etc/hostname', 'fly-machines-session-x.json'])(
    'the post leaves it alone, and the job green: %s',
    async (name) => {
      const scenario = await open();
      const { job, fly } = scenario;
      const token = fly.mintToken({ app: APP, withDischarge: true });
      // Whoever can write to the runner's files can say anything that a step would.
      const poison = { STATE_session: name, STATE_restore: JSON.stringify({ own: name }) };
      await job.step({ uses: './auth', with: { token, app: APP }, env: poison });
      const precious = join(job.temp, 'precious');
      writeFileSync(precious, 'x');
      for (const post of await job.post()) expect(post.conclusion).toBe('success');
      expect(readFileSync(precious, 'utf8')).toBe('x');
    },
  );
});
