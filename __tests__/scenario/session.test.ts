import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { sessionFiles, sessionPath, shareTemp } from '../support/scenarios/session.js';
import { pathsAsked } from '../support/scenarios/steps.js';
import { type Facility, FILE_MODES, itEachWhere, LINKS, PRIVATE_MODE } from '../support/where.js';

const apps = [
  { name: APP, machines: [{ id: 'mine' }] },
  { name: 'shop', machines: [{ id: 'theirs' }] },
];

const auth = ({ job }: Pick<Scenario, 'job'>, token: string, app: string) =>
  job.step({ uses: './auth', with: { token, app } });

onOneNode('When auth has opened a session', (open) => {
  it('is a private file under RUNNER_TEMP, named in state without its folder', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    const { state } = await auth(scenario, fly.mintToken({ app: APP }), APP);
    const [file, ...others] = sessionFiles(job);
    expect(others).toEqual([]);
    expect(file?.mode).toBe(PRIVATE_MODE);
    expect(dirname(sessionPath(job))).toBe(job.temp);
    const [, name = ''] = state['session']?.split(' ') ?? [];
    expect(name).toMatch(/^fly-machines-session-[0-9a-f]{32}\.json$/);
    expect(sessionPath(job)).toBe(join(job.temp, name));
    expect(Object.keys(state)).toEqual(['key', 'session']);
  });

  it('is found where RUNNER_TEMP has another path, and is closed by the post of another path', async () => {
    const scenario = await open({ apps });
    const { env } = await auth(scenario, scenario.fly.mintToken({ app: APP }), APP);
    const container = scenario.anotherJob({ env });
    shareTemp(container, scenario.job);
    expect((await container.step({ uses: './list' })).conclusion).toBe('success');
    await scenario.job.post();
    expect(sessionFiles(container)).toEqual([]);
  });

  it('is joined by the same token, and only the post of its opener removes it', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    const token = fly.mintToken({ app: [APP, 'shop'] });
    const { env } = await auth(scenario, token, APP);
    const joiner = scenario.anotherJob({ env });
    shareTemp(joiner, job);
    const joined = await auth({ job: joiner }, token.replace('FlyV1 ', ''), 'shop');
    expect(lines(joined).at(-1)).toContain('session joined for shop');
    expect(joined.state).toEqual({});
    expect(pathsAsked(scenario)).toEqual([expect.stringMatching(/macfly/)]);
    expect((await job.step({ uses: './list', with: { app: `${APP}, shop` } })).outputs['count']).toBe('2');
    await joiner.post();
    expect(sessionFiles(job)).toHaveLength(1);
    await job.post();
    expect(sessionFiles(job)).toEqual([]);
  });

  it('gives way to another token for its app, with a notice', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    await auth(scenario, fly.mintToken({ app: APP }), APP);
    const old = sessionPath(job);
    const second = await auth(scenario, fly.mintToken({ app: APP }), APP);
    expect(said(second, 'notice')).toEqual([expect.stringContaining(`covered ${APP}`)]);
    expect(existsSync(old)).toBe(false);
    expect(sessionFiles(job)).toHaveLength(1);
    await job.post();
    expect(sessionFiles(job)).toEqual([]);
    expect(job.status).toBe('success');
  });
});

onOneNode('When the file of a session is not what auth wrote', (open) => {
  const CASES: readonly { what: string; spoil: (path: string) => void; needs?: Facility }[] = [
    { what: 'cut off', spoil: (path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, -9)) },
    { what: 'of another form', spoil: (path) => writeFileSync(path, '{"version":1,"token":["fm2_"]}') },
    { what: 'empty', spoil: (path) => writeFileSync(path, '') },
    { what: 'a link', spoil: relink, needs: LINKS },
    { what: 'writable by the group', spoil: (path) => chmodSync(path, 0o620), needs: FILE_MODES },
    { what: 'writable by everybody', spoil: (path) => chmodSync(path, 0o602), needs: FILE_MODES },
  ];

  itEachWhere(CASES)('is as good as absent: $what', async ({ spoil }) => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    await auth(scenario, fly.mintToken({ app: APP, withDischarge: true }), APP);
    spoil(sessionPath(job));
    const result = await job.step({ uses: './list' });
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error')).toEqual([expect.stringContaining('There is no token')]);
    expect(result.stderr).toBe('');
    expect(pathsAsked(scenario)).toEqual([]);
    expect((await job.post())[0]?.conclusion).toBe('success');
    expect(sessionFiles(job).filter(({ path }) => path.endsWith('.json'))).toEqual([]);
  });
});

function relink(path: string): void {
  copyFileSync(path, `${path}.real`);
  chmodSync(`${path}.real`, 0o600);
  rmSync(path);
  symlinkSync(`${path}.real`, path);
}
