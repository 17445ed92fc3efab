import { onOneNode } from '../support/scenarios/nodes.js';
import { machineRows } from '../support/scenarios/results.js';
import { APP, type Scenario, WEB, WORKERS } from '../support/scenarios/scenario.js';
import { stepWith, type With } from '../support/scenarios/steps.js';

const [FIRST] = WORKERS;

/** How a start goes where the nodes hear of a write ten minutes late. */
async function startOn(scenario: Scenario, inputs: With = {}) {
  const given = { machines: FIRST, ...inputs };
  const result = await stepWith(scenario, './start', given, { withDischarge: false });
  return { result, outcome: machineRows(result)[FIRST]?.outcome };
}

onOneNode('When what is read may be older than what was written', (open) => {
  it('reads its own writes by the cookie that came with them, and not without', async () => {
    const settings = { staleMs: 600_000 };
    const bare = await startOn(await open({ settings: { ...settings, cookies: 'none' } }), {
      timeout: '12s',
    });
    const scenario = await open({ settings: { ...settings, cookies: 'all' } });
    const carried = await startOn(scenario);
    expect([bare.outcome, carried.outcome]).toEqual(['failed', 'changed']);
    const bearers = scenario.arrivals.filter(({ headers }) => headers['cookie'] !== undefined);
    expect(bearers.length).toBeGreaterThan(0);
    const elsewhere = scenario.arrivals.filter(({ path }) => !path.startsWith(`/v1/apps/${APP}`));
    expect(elsewhere.map(({ path }) => path)).toEqual(
      expect.arrayContaining([expect.stringContaining('/3p')]),
    );
    expect(bearers.filter((it) => elsewhere.includes(it))).toEqual([]);
    const value = bearers[0]?.headers['cookie']?.split('=')[1] ?? '';
    expect(value).not.toBe('');
    const { result } = carried;
    const traces = [result.stdout, result.stderr, JSON.stringify([result.state, result.outputs, result.env])];
    expect([...traces, JSON.stringify(scenario.job.files())].filter((text) => text.includes(value))).toEqual(
      [],
    );
    expect(scenario.fly.machine(APP, WEB).state).toBe('started');
  });
});
