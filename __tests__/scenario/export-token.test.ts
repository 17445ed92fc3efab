import { onOneNode } from '../support/scenarios/nodes.js';
import { lines } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';

const auth = ({ job, fly }: Scenario, inputs: Readonly<Record<string, string>>, uses = './auth') =>
  job.step({ uses, with: { token: fly.mintToken({ app: APP }), app: APP, ...inputs } });

const printed = (stdout: string) => stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));

onOneNode('When auth is asked to export the token', (open) => {
  it('gives the token and its discharges as an output, masked', async () => {
    const scenario = await open();
    const result = await auth(scenario, { 'export-token': 'output' });
    const { token = '' } = result.outputs;
    expect(token).toMatch(/^FlyV1 fm2_[\w+/=]+,fm2_[\w+/=]+$/);
    expect(result.env['FLY_API_TOKEN']).toBeUndefined();
    expect(scenario.job.jobOutputs({ token }).dropped).toEqual(['token']);
    expect(scenario.job.mask(`x ${token} y`)).toBe('x *** y');
    expect(printed(result.stdout).join('\n')).not.toContain('fm2_');
    // It works by itself, without the session.
    const elsewhere = scenario.anotherJob({ env: { FLY_ACCESS_TOKEN: token } });
    expect((await elsewhere.step({ uses: './list', with: { app: APP } })).conclusion).toBe('success');
    expect(scenario.fly.requests).toHaveLength(2);
  });

  it('sets FLY_API_TOKEN for later steps, which the session still comes before', async () => {
    const scenario = await open();
    const result = await auth(scenario, { 'export-token': 'env' });
    expect(result.env['FLY_API_TOKEN']).toBe(result.outputs['token']);
    const list = await scenario.job.step({ uses: './list' });
    expect(lines(list)[0]).toContain("Token from the job's session");
    await scenario.job.post();
    const later = await scenario.job.step({ uses: './list', with: { app: APP } });
    expect(lines(later)[0]).toContain("Token from the environment's FLY_API_TOKEN");
    expect(later.conclusion).toBe('success');
    expect(later.details.join('\n')).not.toContain('fm2_');
  });

  it.each([[{}], [{ 'export-token': 'false' }]])('gives nothing away by default: %j', async (inputs) => {
    const scenario = await open();
    const result = await auth(scenario, inputs);
    expect(result.outputs).not.toHaveProperty('token');
    expect(result).toMatchObject({ conclusion: 'success', env: {}, paths: [] });
  });
});

onOneNode('When the root action is used', (open) => {
  it('opens a session without a command, and its post closes it', async () => {
    const scenario = await open();
    const result = await auth(scenario, {}, './');
    expect(lines(result).at(-1)).toMatch(/^session opened for my-app, /);
    expect((await scenario.job.step({ uses: './', with: { command: 'list' } })).outputs['count']).toBe('4');
    const posts = await scenario.job.post();
    expect(posts.map(({ stdout }) => stdout)).toEqual(['', expect.stringContaining('The session is closed')]);
  });

  it.each([
    ['stop', { machines: 'web-1' }, /^stopped 1, already stopped 0, failed 0 of 1/],
    ['start', { 'process-group': 'worker' }, /^started 3, already started 0, failed 0 of 3/],
    ['list', { region: 'fra' }, /^listed 4 in my-app/],
  ])('does what the command says: %s', async (command, inputs, last) => {
    const scenario = await open();
    const result = await auth(scenario, { command, ...inputs }, './');
    expect(result.conclusion).toBe('success');
    expect(lines(result).at(-1)).toMatch(last);
  });

  it('refuses an input that the command does not read, and changes nothing', async () => {
    const scenario = await open();
    const result = await auth(scenario, { machines: 'all' }, './');
    expect(result.conclusion).toBe('failure');
    expect(lines(result).join('\n')).toContain('`machines` is not read by `auth`');
    expect(scenario.fly.requests).toEqual([]);
  });
});
