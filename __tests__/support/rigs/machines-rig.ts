import type { FaultRule } from '../../../emulator/faults.js';
import { createFly, type Fly } from '../../../emulator/fly.js';
import type { AppSpec, MachineSpec } from '../../../emulator/machines/build.js';
import { seededRandom } from '../../../emulator/random.js';
import type { GivenSettings } from '../../../emulator/settings.js';
import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';
import { Deadline } from '../../../src/deadline.js';
import { ActionError } from '../../../src/errors.js';
import type { Transport } from '../../../src/http/transport.js';
import { MachinesClient } from '../../../src/machines/api/client.js';
import { flyTransport } from '../fakes/fly-transport.js';

export const APP = 'my-app';

export interface MachinesRigOptions {
  /** Of `my-app`. */
  readonly machines?: readonly MachineSpec[];
  readonly otherApps?: readonly AppSpec[];
  readonly settings?: GivenSettings;
  readonly faults?: readonly FaultRule[];
  /** Of the deadline; default 5 minutes. */
  readonly timeoutMs?: number;
  /** Changes in flight at once; default 20. */
  readonly maxConcurrent?: number;
  /** Time for which a refused token is renewed, as the same; by default there is no other. */
  readonly renewMs?: number;
  /** Stands between the client and Fly. */
  readonly around?: (transport: Transport) => Transport;
}

/** A client and a deadline in virtual time, in front of an emulator that has to be told apart from Fly by its speed alone. */
export interface MachinesRig {
  readonly fly: Fly;
  readonly clock: VirtualClock;
  readonly client: MachinesClient;
  /** Of the step that is under way, or was last. */
  deadline: Deadline;
  /** Begins another step of the same job. */
  readonly begin: () => void;
  /** Cancels the job. */
  readonly cancel: () => void;
  /** Requests so far: `POST m1/start 200`; the app's list is `GET machines 200`. */
  readonly asked: () => string[];
}

/** Creates the rig; Fly's rates hold, its answers take no time, and the token is complete. */
export function createMachinesRig(options: MachinesRigOptions = {}): MachinesRig {
  const { machines = [], otherApps = [], settings = {}, faults = [], timeoutMs = 300_000 } = options;
  const clock = createVirtualClock();
  const apps = [{ name: APP, machines }, ...otherApps];
  const fly = createFly({ clock, random: seededRandom(11), apps, settings, faults });
  const token = fly.mintToken({ thirdParty: false });
  const cancelled = new AbortController();
  const { around = (transport) => transport, maxConcurrent = 20, renewMs } = options;
  const renew = async () => {
    if (renewMs === undefined) return undefined;
    await clock.sleep(renewMs, cancelled.signal);
    return token;
  };
  const client = new MachinesClient({
    apiUrl: new URL('https://api.machines.dev'),
    transport: around(flyTransport(fly)),
    tokens: { header: async () => token, renew },
    clock,
    jitter: () => 0,
    debug: () => undefined,
    maxConcurrent,
  });
  const deadline = () => new Deadline(clock, cancelled.signal, timeoutMs);
  const rig: MachinesRig = {
    fly,
    clock,
    client,
    deadline: deadline(),
    begin: () => {
      rig.deadline = deadline();
    },
    cancel: () => cancelled.abort(new ActionError('cancelled', 'the job was cancelled')),
    asked: () => fly.requests.map((it) => `${it.method} ${shortened(it.path)} ${it.status ?? it.fault}`),
  };
  return rig;
}

function shortened(path: string): string {
  return path.replace(/^\/v1\/apps\/my-app\/machines\//, '').replace(/^\/v1\/apps\/my-app\//, '');
}

/** What the work throws; fails the test when it throws nothing or something unclassed. */
export async function thrownBy(work: Promise<unknown>): Promise<ActionError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
