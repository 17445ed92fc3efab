import { machineRows, said } from '../../__tests__/support/scenarios/results.js';
import { systemClock } from '../../emulator/clock.js';
import { createFly, type Fly } from '../../emulator/fly.js';
import type { MachineSpec } from '../../emulator/machines/build.js';
import { systemRandom } from '../../emulator/random.js';
import { serve } from '../../emulator/server.js';
import { createJob } from '../../runner/job.js';
import type { StepResult } from '../../runner/step-result.js';
import type { SignalName } from '../../src/metrics/signals.js';
import { record } from '../record.js';
import { openMetrics } from './fleet-metrics.js';
import { FLEET_APP, MACHINES, NEIGHBOURS, NOW, OTHER_APP, OWN_QUERY } from './known-fleet.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { UPTIME_KINDS } from './uptime-kinds.js';

jest.setTimeout(120_000);

/** A machine of the app, and what should happen to it. */
interface ExpectedMachine {
  readonly id: string;
  readonly kind: string;
  readonly spec: MachineSpec;
  /** Expected words of the table if it keeps running; undefined: it is stopped already. */
  readonly truth: 'idle' | RegExp | undefined;
}

/** A machine that started hours before the window. */
const LONG_UP: MachineSpec = { sinceMs: 3 * 3_600_000 };

const byMetrics = (signal: SignalName): ExpectedMachine[] =>
  MACHINES.map(({ id, kind, interval }) => {
    const truth = kind.truth[signal];
    const name = `${kind.name}, every ${interval} s`;
    return { id, kind: name, spec: LONG_UP, truth: truth === 'quiet' ? 'idle' : truth };
  });

const byUptime: ExpectedMachine[] = MACHINES.flatMap(({ id }, index) => {
  const kind = UPTIME_KINDS[index % UPTIME_KINDS.length];
  return kind === undefined ? [] : [{ ...kind, id, kind: kind.name }];
});

/**
 * Runs the committed `stop-idle` against a Fly whose clock shows the time of the samples; no other clock does.
 */
async function stopIdle(
  machines: readonly ExpectedMachine[],
  inputs: Record<string, string>,
): Promise<{ step: StepResult; fly: Fly }> {
  const ahead = systemClock.now() - NOW;
  const fly = createFly({
    clock: { ...systemClock, now: () => systemClock.now() - ahead },
    random: systemRandom,
    apps: [
      { name: FLEET_APP, machines: machines.map(({ id, spec }) => ({ ...spec, id })) },
      { name: OTHER_APP, machines: NEIGHBOURS.map(({ id }) => ({ ...LONG_UP, id })) },
    ],
    settings: { stopMs: 20 },
  });
  const server = await serve(fly);
  const job = createJob({ env: { FLY_FLAPS_BASE_URL: server.url } });
  try {
    const token = fly.mintToken({ app: [FLEET_APP, OTHER_APP], thirdParty: false });
    const step = await job.step({ uses: './stop-idle', with: { token, app: FLEET_APP, ...inputs } });
    return { step, fly };
  } finally {
    job.end();
    await server.close();
  }
}

/** Describes where the step's result differs from the truth. */
function untruths(
  { step, fly }: { step: StepResult; fly: Fly },
  machines: readonly ExpectedMachine[],
): string[] {
  const rows = machineRows(step);
  return machines.flatMap(({ id, kind, truth }) => {
    const { outcome = 'not in the table', reason = '' } = rows[id] ?? {};
    const { state } = fly.machine(FLEET_APP, id);
    const said = `${kind}: ${outcome} (${reason}), is ${state}`;
    if (truth instanceof RegExp)
      return state === 'started' && outcome === 'skipped' && truth.test(reason) ? [] : [said];
    const expected = truth === 'idle' ? 'changed' : 'unchanged';
    return state === 'stopped' && outcome === expected ? [] : [said];
  });
}

describe('when stop-idle runs on a fleet of which all is known', () => {
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    prometheus = await startPrometheus(openMetrics([...MACHINES, ...NEIGHBOURS], NOW));
  });

  afterAll(async () => {
    await prometheus?.stop();
  });

  const expectTruth = (result: { step: StepResult; fly: Fly }, machines: readonly ExpectedMachine[]) => {
    expect(said(result.step, 'error')).toEqual([]);
    expect(machines).toHaveLength(200);
    expect(untruths(result, machines)).toEqual([]);
    const idle = machines.filter(({ truth }) => truth === 'idle').length;
    expect(result.step.outputs['changed-count']).toBe(String(idle));
    const stops = result.fly.requests.filter(({ path }) => path.endsWith('/stop'));
    expect(stops).toHaveLength(idle);
    expect(result.fly.machines(OTHER_APP).filter(({ state }) => state !== 'started')).toEqual([]);
    return idle;
  };

  it.each<[SignalName, Record<string, string>]>([
    ['traffic', {}],
    ['network', {}],
    ['cpu', {}],
    ['query', { query: OWN_QUERY }],
  ])('stops by %s all and only the idle ones', async (signal, more) => {
    const machines = byMetrics(signal);
    const inputs = { 'idle-signal': signal, 'prometheus-url': prometheus.url.href, ...more };
    const idle = expectTruth(await stopIdle(machines, inputs), machines);
    record({
      compared: `stop-idle by ${signal}: the committed bundle stops all and only the idle machines`,
      against: prometheus.release,
      cases: machines.length,
      result: `agree (${idle} stopped)`,
    });
  });

  it('stops by uptime all and only the idle ones', async () => {
    expectTruth(await stopIdle(byUptime, { 'idle-signal': 'uptime' }), byUptime);
  });
});
