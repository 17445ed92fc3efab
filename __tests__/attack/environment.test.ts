import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listen, type TestServer } from '../support/fakes/http-server.js';
import { passed } from '../support/rigs/step-inputs.js';
import { createStepRig } from '../support/rigs/step-rig.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { pathsAsked } from '../support/scenarios/steps.js';
import { writeActions } from '../unit/runner/fixture-action.js';

/** Addresses that an earlier step of the job may have put there. */
const FOREIGN = [
  'https://evil.test',
  'http://evil.test',
  'http://api.machines.dev',
  'https://api.machines.dev.evil.test',
  'https://api.machines.dev@evil.test',
  'https://api.machines.dev:x@evil.test',
  'https://evil.test/api.machines.dev',
  'https://evil.test?https://api.machines.dev',
  'https://evil.test#.machines.dev',
  'https://evilmachines.dev',
  'https://machines.dev.',
  'https://api.machines.dev\\@evil.test',
  'https://api.machines.dev%2eevil.test',
  'https://api.machınes.dev',
  'https://127.0.0.1.evil.test',
  'ftp://api.machines.dev',
  'file:///v1',
  'javascript:1',
  'machines',
];

/** Those by which a step could find an attacker's server on this machine, which listens at `<port>`. */
const NEAR = [
  'http://0.0.0.0:<port>',
  'http://user:pass@127.0.0.1:<port>',
  'http://127.0.0.1:<port>/v1',
  'http://[::ffff:127.0.0.1]:<port>',
  'http://_api.internal:<port>',
];

const NAMED = expect.stringMatching(/^input: The environment variable FLY_FLAPS_BASE_URL is not/);

describe('When an earlier step sets where the Machines API is', () => {
  it.each(FOREIGN)('FLY_FLAPS_BASE_URL=%s sends the token nowhere, and is named', async (url) => {
    const rig = createStepRig();
    const token = rig.fly.mintToken({ app: APP, withDischarge: true });
    const env = { ...passed('list', { token, app: APP }), FLY_FLAPS_BASE_URL: url };
    const { succeeded, log } = await rig.step('list', {}, { env });
    rig.end();
    expect(succeeded).toBe(false);
    expect(log.said('error')).toEqual([NAMED]);
    expect(rig.sent).toEqual([]);
  });
});

onOneNode('When an earlier step sets variables', (open) => {
  let attacker: TestServer;
  let root: string;
  beforeAll(async () => {
    attacker = await listen((_, response) => response.end('[]'));
    root = writeActions({ poison: { main: "set('ENV', process.env.INPUT_LINE)", inputs: '  line: {}\n' } });
  });
  afterAll(async () => {
    await attacker.close();
    rmSync(root, { recursive: true });
  });

  const poison = ({ job }: Scenario, line: string) =>
    job.step({ uses: join(root, 'poison'), with: { line: line.replace('<port>', attacker.url.port) } });
  const token = ({ fly }: Scenario) => fly.mintToken({ app: APP, withDischarge: true });

  it.each(NEAR)('FLY_FLAPS_BASE_URL=%s sends the token nowhere, and is named', async (url) => {
    const scenario = await open();
    await poison(scenario, `FLY_FLAPS_BASE_URL=${url}`);
    const result = await scenario.job.step({ uses: './list', with: { token: token(scenario), app: APP } });
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
    expect(said(result, 'error')).toEqual([NAMED]);
    expect(attacker.connections()).toBe(0);
    expect(pathsAsked(scenario)).toEqual([]);
  });

  it('FLY_FLAPS_BASE_URL moves no session that is open', async () => {
    const scenario = await open();
    const { job } = scenario;
    await job.step({ uses: './auth', with: { token: token(scenario), app: APP } });
    await poison(scenario, `FLY_FLAPS_BASE_URL=${attacker.url.origin}`);
    expect(await job.step({ uses: './list' })).toMatchObject({
      conclusion: 'success',
      outputs: { count: '4' },
    });
    expect(attacker.connections()).toBe(0);
  });

  it.each(['FLY_API_TOKEN', 'FLY_ACCESS_TOKEN'])('%s takes the place of no session', async (name) => {
    const scenario = await open();
    const { job, fly, arrivals } = scenario;
    await job.step({ uses: './auth', with: { token: token(scenario), app: APP } });
    const theirs = fly.mintToken({ app: APP, thirdParty: false });
    const result = await job.step({ uses: './list', env: { [name]: theirs } });
    expect(result.conclusion).toBe('success');
    expect(lines(result)[0]).toMatch(/^Token from the job's session/);
    expect(arrivals.filter(({ headers }) => headers['authorization']?.includes(theirs.slice(6)))).toEqual([]);
  });

  it('FLY_APP turns no step to another app than its session is for', async () => {
    const scenario = await open({ apps: [{ name: APP }, { name: 'other', machines: [{}] }] });
    const { job, fly } = scenario;
    await job.step({
      uses: './auth',
      with: { token: fly.mintToken({ org: 'my-org', withDischarge: true }), app: APP },
    });
    await poison(scenario, 'FLY_APP=other');
    const result = await job.step({ uses: './stop', with: { machines: 'all', 'allow-empty': 'true' } });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '0', apps: `["${APP}"]` } });
    expect(pathsAsked(scenario).filter((path) => path.includes('other'))).toEqual([]);
  });

  it('inputs of its own making are no inputs of a later step', async () => {
    const scenario = await open();
    const { job } = scenario;
    await job.step({ uses: './auth', with: { token: token(scenario), app: APP } });
    await poison(scenario, 'INPUT_MACHINES=all');
    const result = await job.step({ uses: './stop', with: { machines: '[]' } });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '0' } });
    await poison(scenario, 'INPUT_EXCLUD=web-1');
    const misled = await job.step({ uses: './list' });
    expect(said(misled, 'error')).toEqual([expect.stringMatching(/There is no input `exclud`/)]);
  });
});
