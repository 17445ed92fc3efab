import type { Cause } from './happening.js';
import { beginDeploy, type Deploy, type DeployOptions } from './machines/deploy.js';
import { endLease, grantLease, leaseOf, refuseForeignLease } from './machines/lease.js';
import { boot, visit } from './machines/lifecycle.js';
import type { Machine } from './machines/machine.js';
import { writeMetadata } from './machines/metadata.js';
import { BY_ITSELF, destroy, endByItself } from './machines/process.js';
import { type Replacement, replace } from './machines/replace.js';
import { type OrderName, obey } from './routes/lifecycle-routes.js';
import type { World } from './world.js';

/** Deed of a person: an order to a machine, or a value of its metadata, which an empty text removes. */
export type PersonDeed = OrderName | { readonly set: string; readonly value: string };

/** Terms on which somebody takes a lease. */
export interface LeaseClaim {
  readonly by: string;
  readonly ttlS: number;
  readonly description?: string;
}

/**
 * Others at work beside the client: by plain calls, without requests and tokens. Each takes a machine by id or
 * name, throws when there is none, and returns whether it came to anything. `by` names who acts, in the history.
 */
export interface Others {
  /**
   * Does what a request does whose sender holds no lease; its token may do everything. A machine whose host is
   * unreachable refuses at once.
   */
  person(app: string, idOrName: string, deed: PersonDeed, by: string): boolean;
  /** Destroys a machine by force: neither its state nor a lease holds that up. */
  destroyMachine(app: string, idOrName: string, by?: string): boolean;
  /** Ends the process of a started machine by itself; the restart policy decides what comes next. */
  endMachine(app: string, idOrName: string, end?: { exitCode?: number; oom?: boolean }): boolean;
  /**
   * Gives a machine a new version, as a deploy does: the machine is replacing for a while, then returns to its
   * state, or to the one that it was on its way to. No lease holds that up, because a deploy has its own.
   */
  replaceMachine(
    app: string,
    idOrName: string,
    replacement?: Replacement & { readonly by?: string },
  ): boolean;
  /**
   * Begins a deploy of an app, which reads its machines now and gives them a new version each when it is told to.
   * It takes no leases by itself.
   */
  beginDeploy(app: string, options?: DeployOptions): Deploy;
  /**
   * Starts a stopped or suspended machine as its host does by itself, such as on its schedule; no lease holds that
   * up.
   */
  startByHost(app: string, idOrName: string): boolean;
  /** Takes a lease on a machine and returns its nonce; undefined when another holds one. */
  takeLease(app: string, idOrName: string, claim: LeaseClaim): string | undefined;
  /** Releases the lease with this nonce. */
  releaseLease(app: string, idOrName: string, nonce: string, by?: string): boolean;
  /**
   * Sends a request to a machine through the proxy, which wakes it or keeps it from being suspended. Returns
   * whether it did either.
   */
  visitMachine(app: string, idOrName: string): boolean;
}

/** Lets others work on the machines of a world; `machine` finds one as it is now. */
export function createOthers(world: World, machine: (app: string, idOrName: string) => Machine): Others {
  const { clock } = world;
  return {
    person: (app, id, deed, by) => personDoes(world, machine(app, id), deed, person(by)),
    destroyMachine(app, id, by) {
      const it = machine(app, id);
      if (isGone(it)) return false;
      destroy(world, it, clock.now(), person(by));
      return true;
    },
    endMachine(app, id, { exitCode = 0, oom = false } = {}) {
      const it = machine(app, id);
      if (it.state !== 'started') return false;
      endByItself(world, it, clock.now(), { exitCode, killed: oom });
      return true;
    },
    replaceMachine(app, id, { by, ...replacement } = {}) {
      const it = machine(app, id);
      if (isGone(it)) return false;
      replace(world, it, person(by), replacement);
      return true;
    },
    beginDeploy: (app, options) => beginDeploy(world, app, (id) => machine(app, id), options),
    startByHost(app, id) {
      const it = machine(app, id);
      if (it.behaviour.start !== undefined || (it.state !== 'stopped' && it.state !== 'suspended'))
        return false;
      boot(world, it, clock.now(), BY_ITSELF);
      return true;
    },
    takeLease(app, id, { by, ttlS, description }) {
      const it = machine(app, id);
      if (isGone(it) || leaseOf(world, it) !== undefined) return undefined;
      return grantLease(world, it, { owner: by, ttlS, description }, person(by)).nonce;
    },
    releaseLease(app, id, nonce, by) {
      const it = machine(app, id);
      const held = leaseOf(world, it);
      if (held === undefined || held.nonce !== nonce) return false;
      endLease(world, it, held, person(by));
      return true;
    },
    visitMachine(app, id) {
      const it = machine(app, id);
      const { state } = it;
      visit(world, it, clock.now());
      return it.state !== state;
    },
  };
}

const person = (by = ''): Cause => ({ kind: 'person', by });

const isGone = ({ state }: Machine) => state === 'destroying' || state === 'destroyed';

function personDoes(world: World, machine: Machine, deed: PersonDeed, cause: Cause): boolean {
  const leases = typeof deed === 'string' || world.settings.metadataLease === 'respected';
  if (machine.behaviour.unreachable === true || isGone(machine)) return false;
  if (leases && refuseForeignLease(world, machine, {}) !== undefined) return false;
  if (typeof deed === 'string') {
    const { status, body } = obey(deed, { world, machine, body: '', query: new URLSearchParams(), cause });
    // Fly has a refusal of a start that comes with 200.
    return status < 400 && !body.startsWith('{"status":"error"');
  }
  writeMetadata(world, machine, { [deed.set]: deed.value }, cause);
  return true;
}
