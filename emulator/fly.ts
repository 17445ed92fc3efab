import type { Clock } from './clock.js';
import { createExchanger, type ExchangeOptions } from './exchange.js';
import type { FaultRule } from './faults.js';
import type { Cause } from './happening.js';
import type { FlyRequest, Reply } from './http.js';
import { type AppSpec, addApp, addMachine, type MachineSpec } from './machines/build.js';
import type { Machine } from './machines/machine.js';
import { settle } from './machines/transitions.js';
import { createOthers, type Others } from './others.js';
import type { LoggedRequest } from './request-log.js';
import type { Settings } from './settings.js';
import { requestVariables } from './third-parties/github-issuer.js';
import { dischargeToken, mintToken, type TokenOptions } from './tokens.js';
import { type App, createWorld, type World, type WorldOptions } from './world.js';

/** Options of an emulated Fly: its world, what it starts with, and who listens. */
export interface FlyOptions extends WorldOptions, Partial<ExchangeOptions> {
  readonly apps?: readonly AppSpec[];
}

/** An emulated Fly: request in, reply out. */
export interface Fly extends Others {
  /** Scheme and host of its third parties; tokens minted before a change name the old one. */
  origin: string;
  readonly clock: Clock;
  /** Settings that each request reads anew: change them at any time. */
  readonly settings: Settings;
  /** Fault rules: add and remove them at any time. */
  readonly faults: FaultRule[];
  /** Requests in the order of arrival. */
  readonly requests: LoggedRequest[];
  /** Environment variables with which a job gets OIDC tokens of the emulated GitHub. */
  readonly github: Readonly<
    Record<'ACTIONS_ID_TOKEN_REQUEST_URL' | 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', string>
  >;
  /** OAuth tokens that may do everything; none at first. */
  readonly userTokens: Set<string>;
  /** Answers one request. The signal says that the caller has gone: the reply is then a reset. */
  handle(request: FlyRequest, signal?: AbortSignal): Promise<Reply>;
  /**
   * Mints a token. Throws when there is no such app or organization, or when the apps belong to different
   * organizations.
   */
  mintToken(options?: TokenOptions): string;
  /**
   * Returns the token text followed by a discharge for each ticket of this Fly's third parties. `lifetimeMs`
   * overrides their setting.
   */
  dischargeToken(token: string, lifetimeMs?: number): string;
  /** Adds an app with its machines. Throws when the name is taken. */
  addApp(spec: AppSpec): void;
  /** Adds a machine to an app. Throws when there is no such app, or the id is taken. */
  addMachine(app: string, spec?: MachineSpec): Machine;
  /** Returns all machines of an app as they are now. Throws when there is no such app. */
  machines(app: string): Machine[];
  /**
   * Returns a machine as it is now, by id or name; the caller may change its behaviour and config. Throws when
   * there is none.
   */
  machine(app: string, idOrName: string): Machine;
}

/** Creates a Fly. The same clock, randomness and requests produce the same answers. */
export function createFly(options: FlyOptions): Fly {
  const world = createWorld(options);
  for (const app of options.apps ?? []) addApp(world, app);
  const faults = [...(options.faults ?? [])];
  const requests: LoggedRequest[] = [];
  const { faultOf, onRequest, onExchange } = options;
  const exchange = createExchanger(world, requests, { faults, faultOf, onRequest, onExchange });

  const app = (name: string): App => {
    const found = world.apps.get(name);
    if (found === undefined) throw new Error(`There is no app ${name}.`);
    return found;
  };
  const machines = (name: string): Machine[] => {
    const all = [...app(name).machines.values()];
    for (const it of all) settle(it, world.clock.now());
    return all;
  };
  const machine = (name: string, idOrName: string): Machine => {
    const found = machines(name).find((it) => it.id === idOrName || it.name === idOrName);
    if (found === undefined) throw new Error(`There is no machine ${idOrName} in ${name}.`);
    return found;
  };

  return {
    get origin() {
      return world.origin;
    },
    set origin(origin) {
      world.origin = origin;
    },
    get github() {
      return requestVariables(world);
    },
    clock: world.clock,
    settings: world.settings,
    faults,
    requests,
    userTokens: world.userTokens,
    handle: (request, signal = new AbortController().signal) => exchange(request, signal),
    mintToken: (wish) => mintToken(world, wish),
    dischargeToken: (token, lifetimeMs) => dischargeToken(world, token, lifetimeMs),
    addApp(spec) {
      for (const it of addApp(world, spec).machines.values()) tellOfNew(world, it);
    },
    addMachine(name, spec) {
      const added = addMachine(world, app(name), spec);
      tellOfNew(world, added);
      return added;
    },
    machines,
    machine,
    ...createOthers(world, machine),
  };
}

/** Cause of what the holder of a Fly does without a name. */
const SOMEBODY: Cause = { kind: 'person', by: '' };

function tellOfNew({ tell, clock }: World, { app, id, state }: Machine): void {
  tell?.({ kind: 'created', at: clock.now(), app, machine: id, cause: SOMEBODY, state });
}
