import type { FaultRule } from '../../emulator/faults.js';
import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { asked, lines, machineRows } from '../support/scenarios/results.js';
import { APP, type Scenario, WORKERS } from '../support/scenarios/scenario.js';

type Fault = FaultRule['fault'];

const [WORKER] = WORKERS;
const LIST = `GET /v1/apps/${APP}/machines`;
const START = `POST /v1/apps/${APP}/machines/${WORKER}/start`;
const READ = `GET /v1/apps/${APP}/machines/${WORKER}`;
const WAIT = `${READ}/wait`;

const withToken = ({ fly }: Scenario, timeout = '5s') => ({
  token: fly.mintToken({ app: APP, withDischarge: true }),
  app: APP,
  timeout,
});

const requests = ({ fly }: Scenario) => asked(fly.requests).map((line) => line.replace(/\?\S+/, ''));

const LOST: readonly { what: string; path: RegExp; fault: Fault }[] = [
  { what: 'the start hangs', path: /\/start$/, fault: 'hang' },
  { what: 'the wait hangs', path: /\/wait/, fault: 'hang' },
  { what: 'the wait is answered with garbage', path: /\/wait/, fault: 'garbage' },
  { what: 'the wait is cut for ever', path: /\/wait/, fault: 'cut' },
];

onOneNode('When the answer to a change is lost', (open) => {
  it.each<[string, Fault, boolean, string[]]>([
    ['it took effect, and is not sent again', 'cut', true, [`${START} cut`, `${READ} 200`, `${WAIT} 200`]],
    ['it is garbage, and is not sent again', 'garbage', true, [`${START} 200`, `${READ} 200`, `${WAIT} 200`]],
    [
      'it did not, and is sent again',
      'cut',
      false,
      [`${START} cut`, `${READ} 200`, `${START} 200`, `${WAIT} 200`],
    ],
  ])('reads the machine first: %s', async (_, fault, afterEffect, expected) => {
    const faults = [{ path: /\/start$/, fault, times: 1, afterEffect }];
    const scenario = await open({ faults });
    const inputs = { ...withToken(scenario, '20s'), machines: WORKER };
    const result = await scenario.job.step({ uses: './start', with: inputs });
    expect(result.conclusion).toBe('success');
    expect(machineRows(result)[WORKER]).toMatchObject({ outcome: 'changed', state: 'started' });
    expect(requests(scenario)).toEqual([`${LIST} 200`, ...expected, `${READ} 200`]);
  });

  const started = sideBySide(LOST, async ({ path, fault }) => {
    const scenario = await open({ faults: [{ path, fault, afterEffect: true }] });
    const inputs = { ...withToken(scenario), machines: WORKER };
    return scenario.job.step({ uses: './start', with: inputs });
  });

  it.each(LOST)('is never a success: $what', async (row) => {
    const result = await started(row);
    expect(result.conclusion).toBe('failure');
    expect(machineRows(result)[WORKER]).toMatchObject({ outcome: 'failed', state: 'stopped' });
    expect(machineRows(result)[WORKER]?.error).toMatch(
      /^(timeout|Fly failure): (start|wait for) machine d891/,
    );
    expect(lines(result).at(-1)).toMatch(/^started 0, already started 0, failed 1 of 1/);
  });
});
