import { ActionError } from '../../errors.js';
import { type Machine, MachineJson, MachinesJson } from '../machine/machine.js';
import { type AppAccess, type AppNumbers, authorizeCall, BRIEFLY, numbersCall } from './authorize.js';
import type { Call } from './call.js';
import { Caller, type ClientTools } from './caller.js';
import { type Command, type ExecResult, execCall, type SendOptions } from './changes.js';
import { currentTokenCall, type KnownToken } from './current-token.js';
import {
  type Lease,
  type LeaseRequest,
  leaseCall,
  leaseReadCall,
  leaseRefreshCall,
  leaseReleaseCall,
} from './lease-calls.js';
import { type MachineRef, machinePath, machinesPath } from './machine-path.js';
import { type MetadataChange, metadataCall } from './metadata.js';
import { type App, appCall, appsCall, countCall, type OrgMachines, readPages } from './organization.js';
import { READING_RATE } from './pace.js';
import { readAnswer } from './read-answer.js';
import { STRANGE_HINT } from './refusal-table.js';
import { Refusal } from './refusals.js';
import { type WaitTarget, waitCall } from './waiting.js';

export type { AppNumbers } from './authorize.js';
export type { ClientTools } from './caller.js';
export type { Command, ExecResult, SendOptions, StopOptions } from './changes.js';
export type { KnownToken } from './current-token.js';
export type { Lease } from './lease-calls.js';
export type { MachineRef } from './machine-path.js';
export type { App, OrgMachine, OrgMachines } from './organization.js';
export type { WaitTarget } from './waiting.js';

/** Option of a read: whether to learn the holders of leases, too. */
export interface WithLeases {
  readonly leases?: boolean;
}

/**
 * Client of Fly's Machines API, as far as we use it. Every method throws a `Refusal` for an answer that is no success,
 * an error of class `network` or `timeout` without an answer, `Fly failure` for an answer that makes no sense, and the
 * signal's reason when that aborts. After a 401 it renews the token once. A change resolves once Fly has accepted it;
 * the machine is on its way then, not there.
 */
export class MachinesClient {
  /** False if Fly is known to refuse lists: we then ask each machine instead. */
  readonly canList: boolean;
  readonly #caller: Caller;

  constructor(tools: ClientTools) {
    this.canList = tools.canList ?? true;
    this.#caller = new Caller(tools);
  }

  /** Lists all machines of an app, each once, in the order of their ids; with `leases`, also their holders. */
  async list(app: string, signal: AbortSignal, { leases = false }: WithLeases = {}): Promise<Machine[]> {
    const what = `list the machines of ${app}`;
    const path = machinesPath(app);
    const call = { method: 'GET', path, what, answer: MachinesJson, ...queryFor(leases) } as const;
    const machines = await this.#caller.call(call, signal);
    const each = new Map(machines.map((machine) => [machine.id, machine]));
    return [...each.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Reads a machine; with `leases`, also the holder of its lease. */
  get(machine: MachineRef, signal: AbortSignal, { leases = false }: WithLeases = {}): Promise<Machine> {
    const what = `read machine ${machine.id}`;
    const path = machinePath(machine);
    const call = { method: 'GET', path, what, rate: READING_RATE, ...queryFor(leases) } as const;
    // An answer about another machine would be taken for this one's state.
    const answer = MachineJson.assert(({ id }) => id === machine.id, 'it is about another machine');
    return this.#caller.call({ ...call, answer }, signal);
  }

  /** Asks for a change, and resolves once Fly has accepted it. */
  async change(call: Call<unknown>, signal: AbortSignal): Promise<void> {
    await this.#caller.call(call, signal);
  }

  /** Runs a command once. Throws if the answer leaves open whether it ran. */
  exec(machine: MachineRef, command: Command & SendOptions, signal: AbortSignal): Promise<ExecResult> {
    return this.#caller.call(execCall(machine, command), signal);
  }

  /** Waits at Fly until the machine is in one of the states or the time is over; read the machine to know which. */
  async wait(machine: MachineRef, target: WaitTarget, signal: AbortSignal): Promise<void> {
    const call = waitCall(machine, target);
    const response = await this.#caller.send(call, signal);
    if (response.status !== 408) readAnswer(response, call);
  }

  /** Takes the machine's lease. */
  acquireLease(machine: MachineRef, options: LeaseRequest, signal: AbortSignal): Promise<Lease> {
    return this.#caller.call(leaseCall(machine, options), signal);
  }

  /** Extends a lease to `ttl` seconds from now. */
  refreshLease(machine: MachineRef, nonce: string, ttl: number, signal: AbortSignal): Promise<Lease> {
    return this.#caller.call(leaseRefreshCall(machine, nonce, ttl), signal);
  }

  async releaseLease(machine: MachineRef, nonce: string, signal: AbortSignal): Promise<void> {
    await this.#caller.call(leaseReleaseCall(machine, nonce), signal);
  }

  /** Reads the machine's lease, whichever client holds it; undefined if there is none. */
  async currentLease(machine: MachineRef, signal: AbortSignal): Promise<Lease | undefined> {
    try {
      return await this.#caller.call(leaseReadCall(machine), signal);
    } catch (error) {
      // Any other 404 may mean that the machine itself is gone.
      if (error instanceof Refusal && error.kind === 'lease gone') return undefined;
      throw error;
    }
  }

  /** Sets or removes a value of the machine's metadata; the machine runs on as it is. */
  async setMetadata(machine: MachineRef, change: MetadataChange, signal: AbortSignal): Promise<void> {
    const call = metadataCall(machine, change);
    const response = await this.#caller.send(call, signal);
    // A success has no body; a page that somebody in between has put in place of an answer has one.
    if (response.status < 200 || response.status > 299 || response.body !== '') readAnswer(response, call);
  }

  /** Reads the slug of the organization that an app belongs to. */
  orgOf(app: string, signal: AbortSignal): Promise<string> {
    return this.#caller.call(appCall(app), signal);
  }

  /** Reads how many machines an app counts; 0 if it does not tell. Tries once. */
  countOf(app: string, signal: AbortSignal): Promise<number> {
    return this.#caller.call({ ...countCall(app), ...BRIEFLY }, signal);
  }

  /** Reads the numbers by which tokens know the app. Tries once; `isFinal`: with just this token, too. */
  numbersOf(app: string, signal: AbortSignal, isFinal = false): Promise<AppNumbers> {
    return this.#caller.call({ ...numbersCall(app), ...BRIEFLY, isFinal }, signal);
  }

  /** Resolves if Fly says that a token, given as its header, has this access. Tries once. */
  async authorize(header: string, access: AppAccess, signal: AbortSignal): Promise<void> {
    await this.#caller.call(authorizeCall(header, access), signal);
  }

  /** Reads how Fly describes the tokens that it is asked with. Tries once; `isFinal`: with just this token, too. */
  currentTokens(signal: AbortSignal, isFinal: boolean): Promise<readonly KnownToken[]> {
    return this.#caller.call({ ...currentTokenCall(), isFinal }, signal);
  }

  /** Reads the number by which caveats know an app. Throws `Fly failure` if Fly does not give it. */
  async numberOf(app: string, signal: AbortSignal): Promise<bigint> {
    const call = numbersCall(app);
    const { appId } = await this.#caller.call(call, signal);
    if (appId !== undefined) return appId;
    throw new ActionError('Fly failure', `${call.what}: Fly does not tell its number`, {
      hint: STRANGE_HINT,
    });
  }

  appsOf(org: string, signal: AbortSignal): Promise<App[]> {
    return this.#caller.call(appsCall(org), signal);
  }

  /** Lists the machines of all apps, in pages of `limit` (at most 1000). They lag behind and lack many fields. */
  machinesOf(org: string, { limit }: { limit: number }, signal: AbortSignal): Promise<OrgMachines> {
    return readPages(org, limit, (page) => this.#caller.call(page, signal));
  }
}

function queryFor(leases: boolean): { readonly query?: URLSearchParams } {
  return leases ? { query: new URLSearchParams({ include_leases: 'true' }) } : {};
}
