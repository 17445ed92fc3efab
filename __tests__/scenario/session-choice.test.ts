import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';
import { pathsAsked } from '../support/scenarios/steps.js';

const apps = [
  { name: APP, machines: [{ id: 'mine' }] },
  { name: 'shop', machines: [{ id: 'theirs' }] },
];

const auth = ({ job }: Pick<Scenario, 'job'>, token: string, app: string) =>
  job.step({ uses: './auth', with: { token, app } });

/** The tokens by which the app was listed, by UUID. */
const listedBy = ({ fly }: Scenario, app: string) =>
  fly.requests.filter(({ path }) => path === `/v1/apps/${app}/machines`).map(({ token }) => token);

onOneNode('When several sessions are open', (open) => {
  it('takes the one that covers the app, and without an app names them all', async () => {
    const scenario = await open({ apps });
    const { job } = scenario;
    const mine = await auth(scenario, scenario.fly.mintToken({ app: APP }), APP);
    const theirs = await auth(scenario, scenario.fly.mintToken({ app: 'shop' }), 'shop');
    await job.step({ uses: './list', with: { app: 'shop' } });
    await job.step({ uses: './list', with: { app: APP } });
    const uuid = (text: string) => /Permission token (\S+):/.exec(text)?.[1];
    expect(listedBy(scenario, 'shop')).toEqual([uuid(theirs.stdout)]);
    expect(listedBy(scenario, APP)).toEqual([uuid(mine.stdout)]);

    const asked = scenario.fly.requests.length;
    const neither = await job.step({ uses: './list' });
    expect(neither.conclusion).toBe('failure');
    expect(said(neither, 'error')[0]).toMatch(
      /Several sessions are open, for (my-app and for shop|shop and for my-app),/,
    );
    expect(said(neither, 'error')[0]).toContain('Set `app`');
    expect(scenario.fly.requests).toHaveLength(asked);
  });

  it('uses the token of the environment for an app that none covers, and fails without one', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    await auth(scenario, fly.mintToken({ app: APP, withDischarge: true }), APP);
    const step = { uses: './list', with: { app: 'shop' } };
    const without = await job.step(step);
    expect(without.conclusion).toBe('failure');
    expect(said(without, 'error')[0]).toMatch(/no token for shop\. The job's sessions are for my-app\./);
    expect(pathsAsked(scenario)).toEqual([]);
    const env = { FLY_API_TOKEN: fly.mintToken({ app: 'shop', withDischarge: true }) };
    const result = await job.step({ ...step, env });
    expect(lines(result)[0]).toMatch(/^Token from the environment's FLY_API_TOKEN, app shop,/);
    expect(result.conclusion).toBe('success');
  });
});

onOneNode('When a token is given to a single step', (open) => {
  it('leaves no session and none of the token behind', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    const token = fly.mintToken({ app: APP });
    const result = await job.step({ uses: './list', with: { token, app: APP } });
    expect(result).toMatchObject({ conclusion: 'success', state: {}, env: {} });
    expect(sessionFiles(job)).toEqual([]);
    expect(job.files().filter(({ content }) => content.includes('fm2_'))).toEqual([]);
    expect((await job.step({ uses: './list', with: { app: APP } })).conclusion).toBe('failure');
  });
});
