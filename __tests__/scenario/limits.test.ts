import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, output, said } from '../support/scenarios/results.js';
import { type Scenario, WORKERS } from '../support/scenarios/scenario.js';
import { stepWith } from '../support/scenarios/steps.js';

const PLACES = 5;
const NAMES = ['first', 'second'];

const machinesOf = (app: string, state: 'started' | 'stopped') =>
  Array.from({ length: 30 }, (_, index) => ({ id: `${app}${10 + index}`, state }));

/**
 * Lets no POST through before as many are there as may be in flight at once, and leaves time for one too many; what
 * comes back is the most that there ever were.
 */
function gate({ fly }: Scenario): () => number {
  const { handle } = fly;
  let most = 0;
  let waiting: (() => void)[] = [];
  let inFlight = 0;
  fly.handle = async (request, signal) => {
    if (request.method !== 'POST') return handle(request, signal);
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length % PLACES !== 0) return;
      setTimeout(() => {
        for (const go of waiting) go();
        waiting = [];
      }, 20);
    });
    try {
      return await handle(request, signal);
    } finally {
      inFlight -= 1;
    }
  };
  return () => most;
}

onOneNode('When sixty machines of two apps are changed, five at once', (open) => {
  it.each(['./start', './restart'])(
    'never has a sixth request in flight, uses all places, and is never refused for its rate: %s',
    async (uses) => {
      const state = uses === './start' ? 'stopped' : 'started';
      const scenario = await open({
        apps: NAMES.map((name) => ({ name, machines: machinesOf(name, state) })),
      });
      const most = gate(scenario);
      const token = scenario.fly.mintToken({ app: NAMES, withDischarge: true });
      const result = await scenario.job.step({
        uses,
        with: {
          ...{ token, app: NAMES.join(), machines: 'all', 'max-concurrent': String(PLACES) },
          // Otherwise the first machine of each app is restarted alone.
          ...(uses === './restart' && { 'max-unavailable': '100%' }),
        },
      });
      expect(result.conclusion).toBe('success');
      expect(output(result, 'changed-ids')).toHaveLength(60);
      expect(most()).toBe(PLACES);
      const refused = asked(scenario.fly.requests).filter((line) => !line.endsWith(' 200'));
      expect(refused).toEqual([]);
    },
  );
});

onOneNode('When Fly refuses one machine for its rate', (open) => {
  it('asks again for that one alone, after the time that Fly names', async () => {
    const [first, ...others] = WORKERS;
    const slow = { status: 429, headers: { 'retry-after': '1' } };
    const scenario = await open({ faults: [{ path: new RegExp(`${first}/start$`), times: 1, fault: slow }] });
    const result = await stepWith(scenario, './start', { 'process-group': 'worker' });
    expect(result.conclusion).toBe('success');
    expect(output(result, 'changed-ids')).toEqual(WORKERS);
    const sent = scenario.arrivals.flatMap(({ path }) => /\/(\w+)\/start$/.exec(path)?.[1] ?? []);
    expect(sent.at(-1)).toBe(first);
    expect(sent.slice(0, -1).sort()).toEqual([first, ...others]);
    // The others are there, and read back, before it is asked for again.
    const last = scenario.arrivals.findLastIndex(({ path }) => path.endsWith('/start'));
    const waits = scenario.arrivals.slice(0, last).filter(({ path }) => path.includes('/wait'));
    expect(waits).toHaveLength(others.length);
    expect(said(result, 'warning')).toEqual([]);
  });
});
