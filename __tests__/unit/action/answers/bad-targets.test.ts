import { parseAction } from '../../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../../src/macaroon/caveats.js';
import { type InnerScenario, inThisProcess } from '../../../support/scenarios/inner-scenario.js';
import { asked, said } from '../../../support/scenarios/results.js';
import { APP, WORKERS } from '../../../support/scenarios/scenario.js';

const apps = [
  { name: APP, machines: [{ id: WORKERS[0], name: 'worker-1', state: 'stopped' as const }] },
  { name: 'sibling' },
  { name: 'foreign', org: 'other-org' },
];

type With = Readonly<Record<string, string>>;

const step = ({ job, fly }: InnerScenario, uses: string, inputs: With) =>
  job.step({
    uses,
    with: { token: fly.mintToken({ app: APP, withDischarge: true }), app: APP, ...inputs },
  });

inThisProcess('When what the step names is not there', (open) => {
  it.each<[string, string, With, RegExp]>([
    [
      'an app that does not exist',
      './list',
      { app: 'no-such-app' },
      /^not found: list the machines of no-such-app: Fly answered 404: app not found \(request \S+\)\. Check the name/,
    ],
    [
      'an app of another organization',
      './list',
      { app: 'foreign' },
      /^forbidden: list the machines of foreign: Fly answered 403: Organization: .*another organization or app/,
    ],
    [
      'an app that the token is not for',
      './list',
      { app: 'sibling' },
      /^forbidden: list the machines of sibling: Fly answered 403: Apps: .*another organization or app/,
    ],
    [
      'a machine id',
      './start',
      { machines: `${WORKERS[0]}, 148e00000000ff` },
      /^not found: .*148e00000000ff\. Check the spelling\. There is worker-1\. To accept an empty choice, set `allow-empty: true`/,
    ],
    [
      'several machines',
      './start',
      { machines: 'worker-8, worker-9' },
      /^not found: .*worker-8, worker-9\. Check/,
    ],
    [
      'a process group',
      './start',
      { 'process-group': 'wroker' },
      /^not found: .*process group wroker\. Check/,
    ],
    ['a region', './list', { region: 'xyz' }, /^not found: .*region xyz\. Check/],
    ['metadata', './list', { metadata: 'role=db' }, /^not found: .*metadata role=db\. Check/],
  ])('fails, says so, and changes nothing: %s', async (_, uses, inputs, expected) => {
    const scenario = open({ apps });
    const result = await step(scenario, uses, inputs);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '', outputs: { machines: '[]' } });
    expect(said(result, 'error')).toEqual([expect.stringMatching(expected)]);
    // An id that the list lacks is looked for by itself before it is called wrong.
    const reads = JSON.stringify(inputs).includes('148e') ? 2 : 1;
    expect(scenario.fly.requests.map(({ method }) => method)).toEqual(Array(reads).fill('GET'));
  });

  it('names the caveat by which Fly forbids the change, where the token alone left that open', async () => {
    const scenario = open({ apps });
    // As tokens do, by number: to read the one, and to do everything with another.
    const masks = new Map([
      [1_000_001n, parseAction('r')],
      [1_000_002n, parseAction('*')],
    ]);
    const extraCaveats: Caveat[] = [{ name: 'Apps', body: { apps: masks } }];
    const token = scenario.fly.mintToken({ org: 'my-org', withDischarge: true, extraCaveats });
    const result = await step(scenario, './start', { machines: 'all', token });
    expect(result).toMatchObject({ conclusion: 'failure', outputs: { 'failed-ids': `["${WORKERS[0]}"]` } });
    expect(said(result, 'error')[0]).toMatch(/forbidden: start it: Fly answered 403: Apps: .*C not allowed/);
  });

  it('is not an error where the step allows it, and nothing is sent but the list', async () => {
    const scenario = open({ apps });
    const result = await step(scenario, './stop', { machines: 'worker-9', 'allow-empty': 'true' });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '0', machines: '[]' } });
    expect(said(result, 'notice')).toEqual([expect.stringContaining('No machine was selected')]);
    expect(asked(scenario.fly.requests)).toEqual([`GET /v1/apps/${APP}/machines 200`]);
  });

  it.each([
    ['an empty list of machines', { machines: '[]' }],
    ['a state that no machine is in', { state: 'suspended' }],
  ])('is a success with a notice: %s', async (_, inputs) => {
    const scenario = open({ apps });
    const result = await step(scenario, './start', inputs);
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '0' } });
    expect(said(result, 'notice')).toHaveLength(1);
  });
});

inThisProcess('When one of several apps is not there', (open) => {
  it('still works on the others, and fails', async () => {
    const scenario = open({ apps });
    const token = scenario.fly.mintToken({ app: [APP, 'sibling'], withDischarge: true });
    const result = await scenario.job.step({
      uses: './start',
      with: { token, app: `${APP}, no-such-app`, machines: 'all' },
    });
    expect(result.conclusion).toBe('failure');
    expect(result.outputs).toMatchObject({ 'changed-ids': `["${WORKERS[0]}"]`, 'failed-count': '0' });
    expect(said(result, 'error')).toEqual([expect.stringMatching(/^app no-such-app: not found: /)]);
    expect(result.summary).toContain('\n- <b>no-such-app</b>: <b>not found</b> ');
  });
});
