import { caught } from '../../__tests__/support/caught.js';
import { systemClock } from '../../src/clock.js';
import { nodeTransport } from '../../src/http/node-transport.js';
import { Prometheus } from '../../src/metrics/prometheus.js';
import { byInstance, type Series } from '../../src/metrics/series.js';
import { ownQuery, SIGNALS, type SignalName, whyBusy } from '../../src/metrics/signals.js';
import { record } from '../record.js';
import { openMetrics } from './fleet-metrics.js';
import { FLEET_APP, MACHINES, NEIGHBOURS, NOW, OTHER_APP, OWN_QUERY, WINDOW } from './known-fleet.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';

describe('when a real Prometheus tells of machines of which all is known', () => {
  let server: PrometheusServer;
  let prometheus: Prometheus;
  const transport = nodeTransport('interop');
  const { signal } = new AbortController();
  const range = (query: string) => prometheus.range(query, WINDOW, signal);

  beforeAll(async () => {
    server = await startPrometheus(openMetrics([...MACHINES, ...NEIGHBOURS], NOW));
    const tools = { transport, clock: systemClock, jitter: () => 0, debug: () => undefined };
    prometheus = new Prometheus({
      ...tools,
      url: server.url,
      tokens: { header: async () => 'FlyV1 fm2_any', renew: async () => undefined },
    });
  }, 120_000);

  afterAll(async () => {
    transport.close();
    await server?.stop();
  });

  const queryOf = (name: SignalName, app: string) =>
    name === 'query' ? ownQuery(OWN_QUERY, app, WINDOW.stepMs) : SIGNALS[name].query(app, WINDOW.stepMs);
  const thresholdOf = (name: SignalName) => (name === 'query' ? 0 : SIGNALS[name].threshold);

  it.each<SignalName>(['traffic', 'network', 'cpu', 'query'])(
    'finds by %s all and only the machines that were quiet',
    async (name) => {
      const all = byInstance(await range(queryOf(name, FLEET_APP)));
      const verdicts = MACHINES.map(({ id, kind, interval }) => {
        const series = all.get(id) ?? [];
        const why = whyBusy(name, series, { threshold: thresholdOf(name), window: WINDOW }) ?? 'quiet';
        const truth = kind.truth[name];
        const isTrue = truth === 'quiet' ? why === 'quiet' : truth.test(why);
        return { isTrue, why, says: `${kind.name}, every ${interval} s: ${why}` };
      });
      expect(verdicts).toHaveLength(200);
      expect(verdicts.filter(({ isTrue }) => !isTrue).map(({ says }) => says)).toEqual([]);
      const quiet = verdicts.filter(({ why }) => why === 'quiet').length;
      record({
        compared: `metrics by ${name}: which machines were quiet, and why not`,
        against: server.release,
        cases: verdicts.length,
        result: `all verdicts true (${quiet} quiet)`,
      });
    },
  );

  it('knows an app by its whole name only', async () => {
    const none = await Promise.all(
      ['my-ap', 'my-app.*', 'my-app"} or {app!="', 'my-app\\'].flatMap((app) =>
        (['traffic', 'network', 'cpu', 'query'] as const).map((name) => range(queryOf(name, app))),
      ),
    );
    expect(none.flat()).toEqual([]);
    expect(byInstance(await range(queryOf('traffic', OTHER_APP))).size).toBe(40);
  });

  it('brings the same by a form, where the query is long', async () => {
    const query = queryOf('network', FLEET_APP);
    const values = (all: readonly Series[]) => all.map(({ labels, samples }) => [labels, samples.length]);
    expect(values(await range(`${query} # ${'long '.repeat(1_000)}`))).toEqual(values(await range(query)));
  });

  it('says what is wrong with a query', async () => {
    expect(await caught(range('sum by (instance'))).toMatchObject({
      class: 'input',
      message: expect.stringMatching(/^query metrics: answered 400: bad_data: .*parse error/),
    });
    const twice =
      'label_replace(fly_instance_cpu{app="my-app"}, "mode", "", "", "") + on(app) fly_app_concurrency';
    expect(await caught(range(twice))).toMatchObject({ class: 'input', status: 422 });
  });

  it('would miss gaps at the end by bare selectors, which is why there are none', async () => {
    const ended = MACHINES.filter(({ kind }) => kind.name === 'a gap at the end');
    const bare = byInstance(await range('sum by (instance) (fly_app_concurrency{app="my-app"})'));
    const ends = ended.map(({ id }) => bare.get(id)?.at(0)?.samples.at(-1)?.at ?? 0);
    const wholes = byInstance(await range(queryOf('traffic', FLEET_APP)));
    const truly = ended.map(({ id }) => wholes.get(id)?.at(0)?.samples.at(-1)?.at ?? 0);
    expect(ends.every((end, index) => end - (truly[index] ?? 0) >= 4 * 60_000 || end === WINDOW.end)).toBe(
      true,
    );
  });
});
