import type { FlyOptions } from '../../../../emulator/fly.js';
import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { LOADS } from '../../../../emulator/metrics/load.js';
import { flyTransport } from '../../../support/fakes/fly-transport.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';

const idle = (id: string): MachineSpec => ({ id, behaviour: { load: LOADS.idle } });
const QUERY = '/prometheus/my-org/api/v1/query_range?';
const FLYS = `https://api.fly.io${QUERY}`;
const OAUTH = 'fo1_q8Zr3TnXw5LcYv0Kb7MhJd2SgPf9RaEuQi6Wo4Tx';

interface Asked {
  readonly href: string;
  readonly authorization: string | undefined;
}

interface Run extends StepRun {
  readonly rig: StepRig;
  readonly token: string;
  /** All requests for metrics. */
  readonly metrics: readonly Asked[];
  /** Apps whose organization was asked for. */
  readonly orgs: readonly string[];
  readonly changed: readonly string[];
}

const rigs: StepRig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

/** A `stop-idle` over `my-app`, by default with one idle machine; `metricsToken` stands for one that is minted. */
async function stopIdle(
  inputs: Readonly<Record<string, string>> = {},
  {
    metricsToken = false,
    ...options
  }: Partial<FlyOptions> & { readonly metricsToken?: boolean | 'undischarged' } = {},
): Promise<Run> {
  const rig = createStepRig({ machines: [idle('m1')], ...options });
  rigs.push(rig);
  const token = rig.fly.mintToken({ thirdParty: false });
  const metrics: Asked[] = [];
  const orgs: string[] = [];
  const inner = flyTransport(rig.fly);
  rig.fly.userTokens.add(OAUTH);
  const thirdParty = metricsToken === 'undischarged';
  const own = metricsToken === false ? {} : { 'metrics-token': rig.fly.mintToken({ thirdParty }) };
  const step = await rig.step(
    'stop-idle',
    { token, app: 'my-app', ...own, ...inputs },
    {
      transport: (request) => {
        const { href, pathname } = request.url;
        if (href.includes('/prometheus/'))
          metrics.push({ href, authorization: request.headers['authorization'] });
        const [, app] = /^\/v1\/apps\/([^/]+)$/.exec(pathname) ?? [];
        if (app !== undefined) orgs.push(app);
        return inner(request);
      },
    },
  );
  const changed = JSON.parse(step.runner.outputs['changed-ids'] ?? '[]') as string[]; // As the step writes it.
  return { ...step, rig, token: own['metrics-token'] ?? token, metrics, orgs, changed };
}

function everything({ log, runner }: Run): string {
  return JSON.stringify([log.lines, runner.outputs, runner.summaries, runner.state, runner.exported]);
}

describe('when metrics are Fly’s own', () => {
  it('asks for those of the app’s organization, with the token of the step', async () => {
    const { metrics, orgs, token, changed, succeeded } = await stopIdle();
    expect([succeeded, changed, orgs]).toEqual([true, ['m1'], ['my-app']]);
    expect(metrics).toEqual([{ href: expect.stringContaining(FLYS), authorization: token }]);
  });

  it('asks beside a Fly on loopback where that is the API', async () => {
    const { metrics, changed } = await stopIdle({ 'api-url': 'http://127.0.0.1:4281' });
    expect(metrics[0]?.href).toContain(`http://127.0.0.1:4281${QUERY}`);
    expect(changed).toEqual(['m1']);
  });

  it('needs nobody to say the organization where the step does', async () => {
    const { orgs, changed } = await stopIdle({ app: 'auto', org: 'my-org', limit: '9' });
    expect([orgs, changed]).toEqual([[], ['m1']]);
  });

  it('acquires the discharge that a metrics token needs, and shows neither', async () => {
    const run = await stopIdle({}, { metricsToken: 'undischarged' });
    expect([run.succeeded, run.changed]).toEqual([true, ['m1']]);
    const [, discharge = ''] = run.metrics[0]?.authorization?.split(`${run.token},`) ?? [];
    expect(discharge).toMatch(/^fm2_/);
    expect(everything(run)).not.toContain(discharge.slice(4));
  });

  it('uses the metrics token instead, masks it, and shows it nowhere', async () => {
    const run = await stopIdle({}, { metricsToken: true });
    expect(run.metrics.map(({ authorization }) => authorization)).toEqual([run.token]);
    expect(run.changed).toEqual(['m1']);
    const body = run.token.replace(/^FlyV1 fm2_/, '');
    expect(run.log.masks).toEqual(expect.arrayContaining([run.token, `fm2_${body}`, body]));
    expect(everything(run)).not.toContain(body.slice(10, 40));
  });
});

describe('when several apps are given without their organization', () => {
  const others = (...names: string[]) => names.map((name) => ({ name, machines: [idle(`m-${name}`)] }));
  const apps = [{ name: 'my-app', machines: [idle('m1')] }, ...others('a', 'b', 'c')];

  it('asks one app for all of them', async () => {
    const { orgs, metrics, changed } = await stopIdle({ app: 'my-app, a, b, c' }, { apps });
    expect(changed).toEqual(['m1', 'm-a', 'm-b', 'm-c']);
    expect([orgs, metrics.length]).toEqual([['my-app'], 4]);
  });

  it('asks again for one without series, and finds those of another organization', async () => {
    const foreign = { name: 'z', org: 'other-org', machines: [idle('m-z')] };
    const unknown = { name: 'u', machines: [{ id: 'm-u' }] };
    const { orgs, metrics, changed, runner } = await stopIdle(
      { token: OAUTH, app: 'my-app, a, u, z' },
      { apps: [...apps, unknown, foreign] },
    );
    expect(changed).toEqual(['m1', 'm-a', 'm-z']);
    expect([...orgs].sort()).toEqual(['my-app', 'u', 'z']);
    expect(metrics.filter(({ href }) => href.includes('/other-org/'))).toHaveLength(1);
    expect(metrics).toHaveLength(5);
    expect(runner.outputs['machines']).toContain('no metrics');
  });

  it('asks each for its own once one is of another organization', async () => {
    const names = Array.from({ length: 24 }, (_, at) => `z${at + 10}`);
    const foreign = others(...names).map((app) => ({ ...app, org: 'other-org' }));
    const { orgs, metrics, changed } = await stopIdle(
      { token: OAUTH, app: ['my-app', ...names].join() },
      { apps: [...apps, ...foreign] },
    );
    expect(changed).toHaveLength(25);
    expect(orgs).toHaveLength(25);
    // Those that were asked side by side with the first that showed it were asked in vain.
    expect(metrics.filter(({ href }) => href.includes('/my-org/')).length).toBeLessThanOrEqual(11);
  });

  it('lets no refusal for the first of them keep the others from their metrics', async () => {
    const refused = { path: /^\/v1\/apps\/my-app$/, fault: { status: 403, body: { error: 'no' } } };
    const { changed, succeeded } = await stopIdle(
      { app: 'my-app, a, b' },
      { apps: apps.slice(0, 3), faults: [refused] },
    );
    expect([changed, succeeded]).toEqual([['m-a', 'm-b'], false]);
  });

  it('lets no silence of the first of them keep the others from their metrics', async () => {
    const silent = { path: /^\/v1\/apps\/my-app$/, fault: 'hang' as const };
    const { changed, succeeded } = await stopIdle(
      { app: 'my-app, a, b' },
      { apps: apps.slice(0, 3), faults: [silent] },
    );
    expect([changed, succeeded]).toEqual([['m-a', 'm-b'], false]);
  });
});

describe('when metrics are elsewhere', () => {
  const url = 'https://metrics.example.com/prometheus/my-org';

  it.each([
    url,
    'https://api.fly.io.example.com/prometheus/my-org',
    'https://api.fly.io:8443/prometheus/my-org',
  ])('never sends the Fly token to %s', async (elsewhere) => {
    const run = await stopIdle({ 'prometheus-url': elsewhere });
    expect(run.metrics.map(({ authorization }) => authorization)).toEqual([undefined]);
    expect([run.succeeded, run.changed, run.orgs]).toEqual([false, [], []]);
    expect(run.log.said('error').join('\n')).toMatch(/metrics.*401.*`metrics-token`/s);
  });

  it('sends the metrics token there', async () => {
    const run = await stopIdle({ 'prometheus-url': url }, { metricsToken: true });
    expect(run.metrics).toEqual([
      { href: expect.stringContaining(`${url}/api/v1/`), authorization: run.token },
    ]);
    expect(run.changed).toEqual(['m1']);
  });

  it.each(['http://127.0.0.1:9090', 'http://localhost:9090', 'https://api.fly.io'])(
    'sends the Fly token to %s',
    async (origin) => {
      const api = origin.startsWith('http:') ? { 'api-url': 'http://127.0.0.1:4280' } : {};
      const { metrics, token } = await stopIdle({
        'prometheus-url': `${origin}/prometheus/my-org/`,
        ...api,
      });
      expect(metrics).toEqual([{ href: expect.stringContaining(origin + QUERY), authorization: token }]);
    },
  );

  it('sends a token of the real Fly to no port of this machine', async () => {
    const { metrics } = await stopIdle({ 'prometheus-url': 'http://127.0.0.1:9090/prometheus/my-org/' });
    expect(metrics).toMatchObject([{ authorization: undefined }]);
  });
});

describe('when a signal is chosen', () => {
  const loads = [
    idle('m1'),
    { id: 'm2', behaviour: { load: { requests: () => 5, metrics: { queue_depth: () => 7 } } } },
    { id: 'm3', behaviour: { load: { requests: () => 0.5, metrics: { queue_depth: () => 1 } } } },
    { id: 'm4', behaviour: { load: { metrics: { fly_app_concurrency: () => 1 } } } },
  ];
  const query = 'max by (instance) (max_over_time(queue_depth{app="$app"}[$step]))';

  it.each<[Record<string, string>, string[]]>([
    [{}, ['m1']],
    [{ 'idle-threshold': '1' }, ['m1', 'm4']],
    [{ 'idle-signal': 'network' }, ['m1', 'm4']],
    [{ 'idle-signal': 'network', 'idle-threshold': '5000' }, ['m1', 'm3', 'm4']],
    [{ 'idle-signal': 'cpu' }, ['m1', 'm3', 'm4']],
    [{ 'idle-signal': 'cpu', 'idle-threshold': '2.5' }, ['m1', 'm4']],
    [{ 'idle-signal': 'query', query }, []],
    [{ 'idle-signal': 'query', query, 'idle-threshold': '1' }, ['m3']],
    [{ 'idle-signal': 'query', query, 'idle-threshold': '7' }, ['m2', 'm3']],
    [{ 'idle-signal': 'uptime' }, ['m1', 'm2', 'm3', 'm4']],
  ])('judges by it: %j', async (inputs, stopped) => {
    const run = await stopIdle(inputs, { apps: [{ name: 'my-app', machines: loads }] });
    expect(run.changed).toEqual(stopped);
    expect(run.metrics).toHaveLength(inputs['idle-signal'] === 'uptime' ? 0 : 1);
  });
});

describe('when metrics are refused', () => {
  it('fails the step, whatever `on-failure` says, and tells which token is wanted', async () => {
    const run = await stopIdle(
      { 'on-failure': 'warn' },
      { faults: [{ path: /prometheus/, fault: { status: 403, body: 'no' } }] },
    );
    expect([run.succeeded, run.changed]).toEqual([false, []]);
    expect(run.log.said('error').join('\n')).toMatch(
      /my-app.*forbidden: query metrics.*403.*`metrics-token`/s,
    );
    expect(run.runner.outputs['machines']).toContain("metrics can't be read (forbidden)");
  });

  it.each([
    [{ 'metrics-token': 'FlyV1 fm2_nonsense' }, "`metrics-token` can't be read"],
    [{ 'metrics-token': '' }, '`metrics-token` is given but empty'],
    [{ restore: 'true' }, '`restore` is not read by `stop-idle`'],
    [{ query: 'up' }, '`query` is given, but `idle-signal` is `traffic`'],
    [{ 'idle-signal': 'query' }, '`idle-signal` is `query`, but `query` is not given'],
    [{ 'idle-signal': 'uptime', query: 'up' }, '`query` is given, but `idle-signal` is `uptime`'],
    [{ 'idle-signal': 'uptime', 'idle-threshold': '3' }, '`idle-threshold` is given, but'],
    [
      { 'idle-signal': 'uptime', 'prometheus-url': 'https://m.example.com' },
      '`prometheus-url` is given, but',
    ],
    [{ 'api-url': 'https://fly.example.com' }, 'It is not known where fly.example.com has its metrics'],
    [{ wait: 'checks' }, '`wait: checks` is for `start` and `restart`'],
    [{ 'prometheus-url': 'http://metrics.example.com' }, '`prometheus-url` is http://metrics.example.com'],
    [{ keep: 'fra=1' }, '`keep` has `fra=1`'],
    [{ 'idle-for': '30s' }, '`idle-for` is `30s`'],
  ])('sends nothing for %j', async (inputs, why) => {
    const run = await stopIdle(inputs);
    expect(run.log.said('error').join('\n')).toContain(why);
    expect([run.succeeded, run.rig.fly.requests]).toEqual([false, []]);
  });
});
