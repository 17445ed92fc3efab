import type { StepResult } from '../../runner/step-result.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WEB, WORKERS } from '../support/scenarios/scenario.js';
import { elsewhere, stepWith, writes } from '../support/scenarios/steps.js';

const [FIRST, SECOND, THIRD] = WORKERS;
const BIG = 'c00000000001';

const lastLine = (result: StepResult) => lines(result).at(-1);
const stateOf = ({ fly }: Scenario, id: string) => fly.machine(APP, id).state;
// An event may tell of one start twice.
const startsOf = ({ fly }: Scenario, id: string) =>
  fly.machine(APP, id).past.filter(({ state }) => state === 'started');

onOneNode('When machines are suspended', (open) => {
  const guest = { cpu_kind: 'performance', cpus: 4, memory_mb: 8_192 };
  const apps = [
    {
      name: APP,
      machines: [{ id: WEB }, { id: BIG, config: { guest } }, { id: FIRST, state: 'stopped' as const }],
    },
  ];

  it('suspends what can be, fails with the reason where Fly refuses, and leaves stopped ones alone', async () => {
    const scenario = await open({ apps });
    const result = await stepWith(scenario, './suspend', { machines: 'all' });
    expect(result.conclusion).toBe('failure');
    expect(stateOf(scenario, WEB)).toBe('suspended');
    expect(machineRows(result)).toMatchObject({
      [WEB]: { outcome: 'changed', previous_state: 'started', state: 'suspended' },
      [BIG]: {
        outcome: 'failed',
        state: 'started',
        error: expect.stringMatching(/^wrong state: suspend machine c00000000001: Fly answered 412: /),
      },
      [FIRST]: { outcome: 'skipped', reason: 'stopped: only a started machine can be suspended' },
    });
    expect(said(result, 'error')[0]).toContain('`fallback: stop` stops the others');
    expect(lastLine(result)).toMatch(
      /^suspended 1, already suspended 0, skipped 1, failed 1 of 3 in my-app, /,
    );
  });

  it('stops what can not be suspended with `fallback: stop`, and says so', async () => {
    const scenario = await open({ apps });
    const result = await stepWith(scenario, './suspend', { machines: 'all', fallback: 'stop' });
    expect(result.conclusion).toBe('success');
    expect(stateOf(scenario, BIG)).toBe('stopped');
    expect(machineRows(result)[BIG]).toMatchObject({
      outcome: 'changed',
      state: 'stopped',
      reason: expect.stringMatching(/^could not be suspended and was stopped: .*answered 412: /),
    });
    expect(machineRows(result)[FIRST]).toMatchObject({ outcome: 'unchanged', reason: 'already stopped' });
    expect(result.summary).toContain('could not be suspended and was stopped');
  });
});

onOneNode('When machines are restarted', (open) => {
  it('hands on signal and kill timeout, and succeeds by a start that is newer than the request', async () => {
    const scenario = await open();
    const inputs = { machines: `${WEB}, ${FIRST}`, signal: 'SIGINT', 'kill-timeout': '30s' };
    const before = startsOf(scenario, WEB);
    const result = await stepWith(scenario, './restart', inputs);
    expect(result.conclusion).toBe('success');
    // Each has a connection of its own, so that either may arrive first.
    expect(writes(scenario).sort()).toEqual([
      `POST ${FIRST}/restart?signal=SIGINT&timeout=30s`,
      `POST ${WEB}/restart?signal=SIGINT&timeout=30s`,
    ]);
    expect(startsOf(scenario, WEB)).toHaveLength(before.length + 1);
    expect(stateOf(scenario, FIRST)).toBe('started');
    expect(output(result, 'changed-ids')).toEqual([FIRST, WEB]);
    expect(lines(result)).toContainEqual(expect.stringMatching(`^${WEB} web-1 +\\(fra\\): restarted, `));
    expect(lastLine(result)).toMatch(/^restarted 2, failed 0 of 2 in my-app, /);
  });

  it('fails where the machine is as before and has not started anew', async () => {
    // Fly says yes and does nothing: started it is, all the same.
    const scenario = await open({
      faults: [{ path: /\/restart/, fault: { status: 200, body: { ok: true } } }],
    });
    const result = await stepWith(scenario, './restart', { machines: WEB, timeout: '5s' });
    expect(result.conclusion).toBe('failure');
    expect(machineRows(result)[WEB]).toMatchObject({
      outcome: 'failed',
      state: 'started',
      error: expect.stringMatching(/^timeout: /),
    });
  });
});

onOneNode('When a step waits for machines that somebody else changes', (open) => {
  it('ends when each is in one of several states, and changes nothing itself', async () => {
    const scenario = await open();
    scenario.fly.machine(APP, FIRST).state = 'suspended';
    scenario.whenAsked(new RegExp(`${WEB}/wait`), () => void elsewhere(scenario, WEB, 'stop'));
    const result = await stepWith(scenario, './wait', { state: 'stopped, suspended' });
    expect(result.conclusion).toBe('success');
    expect(machineRows(result)).toMatchObject({
      [WEB]: { outcome: 'unchanged', previous_state: 'started', state: 'stopped', reason: 'became stopped' },
      [FIRST]: { outcome: 'unchanged', reason: 'already suspended' },
      [SECOND]: { outcome: 'unchanged', reason: 'already stopped' },
    });
    expect(writes(scenario)).toEqual([`POST ${WEB}/stop`]);
    expect(scenario.arrivals.filter(({ path }) => path.includes('/wait'))).toHaveLength(1);
    expect(output(result, 'changed-ids')).toEqual([]);
  });

  it('is over for `settled` wherever they come to rest, failed ones included', async () => {
    const scenario = await open({ settings: { bootMs: 300 } });
    scenario.fly.machine(APP, FIRST).behaviour.boot = 'fails';
    scenario.whenAsked(/machines$/, () => {
      for (const id of [FIRST, SECOND]) void elsewhere(scenario, id, 'start');
    });
    const result = await stepWith(scenario, './wait', {});
    expect(result.conclusion).toBe('success');
    expect(machineRows(result)).toMatchObject({
      [FIRST]: { previous_state: 'starting', state: 'failed' },
      [SECOND]: { previous_state: 'starting', state: 'started' },
      [THIRD]: { reason: 'already stopped' },
    });
  });

  it('fails at its deadline, and says what they were in', async () => {
    const scenario = await open();
    const result = await stepWith(scenario, './wait', { machines: WEB, state: 'stopped', timeout: '4s' });
    expect(result.conclusion).toBe('failure');
    expect(machineRows(result)[WEB]).toMatchObject({ outcome: 'failed', state: 'started' });
    expect(said(result, 'error')[0]).toMatch(new RegExp(`^${WEB} \\(web-1\\): timeout: `));
  });
});

onOneNode('When machines are cordoned and uncordoned', (open) => {
  it('is proven by what is read back, and does nothing to those that are there already', async () => {
    const scenario = await open();
    const machine = scenario.fly.machine(APP, FIRST);
    machine.cordoned = true;
    const cordon = await stepWith(scenario, './cordon', { machines: `${FIRST}, ${WEB}` });
    expect(cordon.conclusion).toBe('success');
    expect(scenario.fly.machine(APP, WEB)).toMatchObject({ cordoned: true, state: 'started' });
    expect(machineRows(cordon)).toMatchObject({
      [WEB]: { outcome: 'changed', state: 'started' },
      [FIRST]: { outcome: 'unchanged', reason: 'already cordoned' },
    });
    const uncordon = await stepWith(scenario, './uncordon', { machines: `${FIRST}, ${WEB}` });
    expect(uncordon.conclusion).toBe('success');
    expect(scenario.fly.machines(APP).filter(({ cordoned }) => cordoned)).toEqual([]);
    expect(writes(scenario)).toEqual([
      `POST ${WEB}/cordon`,
      `POST ${FIRST}/uncordon`,
      `POST ${WEB}/uncordon`,
    ]);
  });
});
