import * as v from '@badrap/valita';
import { systemClock } from '../../emulator/clock.js';
import { fetchDischarge } from '../../src/discharge/third-party/client.js';
import { nodeTransport } from '../../src/http/node-transport.js';
import { parseBundle, ticketsOf } from '../../src/macaroon/bundle.js';
import { type StepRun, stepOf, type WorkflowRun } from './workflow-run.js';

const Machines = v.array(
  v.object({
    id: v.string(),
    state: v.string(),
    config: v.object({ metadata: v.object({ fly_process_group: v.string() }) }),
  }),
);

/** A machine as the emulator shows it after the job. */
export interface MachineAfter {
  readonly id: string;
  readonly group: string;
  readonly state: string;
}

/** Lists the machines of the emulator that a job started, after its last post step. */
export async function machinesAfter(steps: readonly StepRun[]): Promise<readonly MachineAfter[]> {
  const { url, token = '' } = stepOf(steps, 'fly').outputs;
  const headers = { Authorization: await discharged(token) };
  const ask = () => fetch(`${url}/v1/apps/shop/machines`, { headers });
  let response = await ask();
  for (let again = 0; response.status === 429 && again < 5; again += 1) {
    // The job's own requests count towards the app's rate, one per second.
    await systemClock.sleep(1_000);
    response = await ask();
  }
  if (!response.ok) throw new Error(`the emulator answered ${response.status}: ${await response.text()}`);
  const machines = Machines.parse(await response.json(), { mode: 'strip' });
  return machines.map(({ id, state, config }) => ({ id, group: config.metadata.fly_process_group, state }));
}

/** Counts the machines of each group by state: `worker stopped: 2`. */
export function statesOf(machines: readonly MachineAfter[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { group, state } of machines) {
    counts[`${group} ${state}`] = (counts[`${group} ${state}`] ?? 0) + 1;
  }
  return counts;
}

/** Ends the emulators of all jobs, as GitHub's runner does and act doesn't. */
export function endEmulators({ steps }: WorkflowRun): void {
  for (const { outputs, stage } of steps) {
    // An emulator that didn't start leaves its outputs empty, and process 0 would be this very run with its whole
    // group.
    const pid = Number(outputs['pid'] || Number.NaN);
    if (stage === 'Main' && outputs['url']?.startsWith('http://127.0.0.1:') === true && pid > 0) end(pid);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}

async function discharged(token: string): Promise<string> {
  const transport = nodeTransport('workflows');
  const tools = {
    transport,
    clock: systemClock,
    jitter: () => 0.5,
    credentials: [],
    apiUrl: new URL('http://127.0.0.1'),
  };
  try {
    const tickets = parseBundle(token).permissions.flatMap(ticketsOf);
    const { signal } = new AbortController();
    const discharges = await Promise.all(tickets.map((ticket) => fetchDischarge(tools, ticket, signal)));
    return [token, ...discharges.map(({ text }) => text)].join();
  } finally {
    transport.close();
  }
}
