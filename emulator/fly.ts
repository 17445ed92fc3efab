import type { Clock } from './clock.js';
import { dispatch } from './dispatch.js';
import { createFaultFinder, type FaultRule, spoil } from './faults.js';
import type { Answer, FlyRequest, Reply } from './http.js';
import { type AppSpec, addApp, addMachine, type MachineSpec } from './machines/build.js';
import { visit } from './machines/lifecycle.js';
import type { Machine } from './machines/machine.js';
import { replace } from './machines/replace.js';
import { settle } from './machines/transitions.js';
import { ulid } from './random.js';
import type { LoggedRequest } from './request-log.js';
import type { Settings } from './settings.js';
import { requestVariables } from './third-parties/github-issuer.js';
import { withoutSecret } from './third-parties/polls.js';
import { dischargeToken, mintToken, type TokenOptions } from './tokens.js';
import { type App, createWorld, type World, type WorldOptions } from './world.js';

/** Options of an emulated Fly: its world, and what it starts with. */
export interface FlyOptions extends WorldOptions {
  readonly apps?: readonly AppSpec[];
  readonly faults?: readonly FaultRule[];
  /** Called after each reply. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

/** An emulated Fly: request in, reply out. */
export interface Fly {
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
  /**
   * Gives a machine a new version, as a deploy does: the machine is replacing for a while, then returns to its
   * state.
   */
  replaceMachine(app: string, idOrName: string): void;
  /** Sends a request to a machine through the proxy, which wakes it or keeps it from being suspended. */
  visitMachine(app: string, idOrName: string): void;
}

/** Creates a Fly. The same clock, randomness and requests produce the same answers. */
export function createFly(options: FlyOptions): Fly {
  const world = createWorld(options);
  for (const app of options.apps ?? []) addApp(world, app);
  const faults = [...(options.faults ?? [])];
  const findFault = createFaultFinder(faults);
  const requests: LoggedRequest[] = [];

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

  async function handle(request: FlyRequest, signal: AbortSignal): Promise<Reply> {
    const { clock, settings } = world;
    const rule = findFault(request);
    const { method, path } = request;
    const entry: LoggedRequest = { method, path: withoutSecret(path), at: clock.now() };
    requests.push(entry);
    let reply: Reply = LOST;
    try {
      let answer = LOST;
      if (rule === undefined || rule.afterEffect === true) {
        const dispatched = await dispatch(world, request, signal);
        entry.token = dispatched.token;
        answer = dispatched.answer;
      }
      if (settings.latencyMs > 0) await clock.sleep(settings.latencyMs, signal);
      reply = rule === undefined ? answer : spoil(rule.fault, answer);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) reply = { fault: 'reset', answer: LOST };
    entry.durationMs = clock.now() - entry.at;
    if ('fault' in reply) entry.fault = reply.fault;
    else entry.status = reply.status;
    options.onRequest?.(entry);
    return withUsualHeaders(world, reply);
  }

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
    handle: (request, signal = new AbortController().signal) => handle(request, signal),
    mintToken: (wish) => mintToken(world, wish),
    dischargeToken: (token, lifetimeMs) => dischargeToken(world, token, lifetimeMs),
    addApp: (spec) => void addApp(world, spec),
    addMachine: (name, spec) => addMachine(world, app(name), spec),
    machines,
    machine,
    replaceMachine: (name, idOrName) => replace(world, machine(name, idOrName)),
    visitMachine: (name, idOrName) => visit(world, machine(name, idOrName), world.clock.now()),
  };
}

/** Answer that stands in where none was made, because the request never arrived. */
const LOST: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: '{"ok":true,"note":"this answer is not meant to arrive whole"}',
};

/** Adds the headers that every answer of Fly bears. */
function withUsualHeaders({ clock, random }: World, reply: Reply): Reply {
  const headers = {
    date: new Date(clock.now()).toUTCString(),
    'fly-request-id': `${ulid(clock.now(), random)}-local`,
    server: 'Fly/emulator',
    via: '1.1 fly.io',
  };
  const stamp = (answer: Answer): Answer => ({ ...answer, headers: { ...headers, ...answer.headers } });
  return 'fault' in reply ? { ...reply, answer: stamp(reply.answer) } : stamp(reply);
}
