import { ACCEPTED, type Answer, json, refusal } from '../http.js';
import { boot, freeze, halt, reboot } from '../machines/lifecycle.js';
import type { MachineState } from '../machines/states.js';
import { enter, forget } from '../machines/transitions.js';
import { goneAnswer } from '../machines/wire/gone.js';
import { readRestartQuery, readStopBody } from '../machines/wire/halt-request.js';
import { startRefusalAnswer } from '../machines/wire/start-refusal.js';
import type { Settings } from '../settings.js';
import type { MachineContext, MachineRoute } from './route.js';

/** Order of a client to one machine. */
export type Order = Pick<MachineContext, 'world' | 'machine' | 'body' | 'query' | 'cause'>;

/** Orders by name, each with what it does. The answer comes first, the change later. */
const ORDERS = {
  start,
  stop,
  suspend,
  restart,
  cordon: (order) => setCordon(order, true),
  uncordon: (order) => setCordon(order, false),
} as const satisfies Readonly<Record<string, (order: Order) => Answer>>;

export type OrderName = keyof typeof ORDERS;

const NAMES: readonly OrderName[] = ['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon'];

/** Routes that change a machine's state or its place in the proxy's rotation. */
export const LIFECYCLE_ROUTES: readonly MachineRoute[] = NAMES.map((name) => ({
  scope: 'machine',
  method: 'POST',
  path: `/v1/apps/:app/machines/:machine/${name}`,
  action: ({ cordonAction }) => (name === 'cordon' || name === 'uncordon' ? cordonAction : 'C'),
  respectsLease: true,
  handle: (order) => obey(name, order),
}));

/** Carries out an order, or returns the answer that refuses it. */
export function obey(name: OrderName, order: Order): Answer {
  return refuseDestroyed(order) ?? ORDERS[name](order);
}

const precondition = (text: string) => refusal(412, `failed_precondition: ${text}`);
const wrongState = (verb: string, state: MachineState) =>
  precondition(`unable to ${verb} machine from current state: '${state}'`);
const tooEarly = ({ activeStatus, activePrefix }: Settings, text: string) =>
  refusal(Number(activeStatus), `${activePrefix}: ${text}`);
const stillActive = (settings: Settings) => tooEarly(settings, settings.activeText);

function refuseDestroyed({ world, machine }: Order): Answer | undefined {
  if (machine.state !== 'destroyed' || world.settings.changeDestroyed === '412') return undefined;
  return goneAnswer(world.settings, machine.id);
}

function start({ world, machine, cause }: Order): Answer {
  const { settings, clock } = world;
  const { state, behaviour } = machine;
  const now = clock.now();
  if (state === 'started' || state === 'starting' || state === 'restarting') {
    return settings.startOnStarted === 'ok' ? startAnswer(settings, state) : stillActive(settings);
  }
  if (state === 'suspending') return stillActive(settings);
  if (state === 'replacing' && settings.replacingText === 'replaced') {
    return precondition('machine getting replaced, refusing to start');
  }
  if (state === 'created' && settings.startCreated === 'attempting') {
    return tooEarly(settings, 'machine still attempting to start');
  }
  const startable =
    (state === 'created' && settings.startCreated === 'ok') ||
    state === 'stopped' ||
    state === 'suspended' ||
    (state === 'failed' && settings.startOnFailed === 'ok');
  if (!startable) return wrongState('start', state);
  if (now < machine.activeUntil) return stillActive(settings);
  if (behaviour.start !== undefined) return startRefusalAnswer(settings, behaviour.start, state);
  boot(world, machine, now, cause);
  return startAnswer(settings, state);
}

function startAnswer({ startReply }: Settings, previous: MachineState): Answer {
  if (startReply === 'docs') return json(200, { previous_state: previous, migrated: false, new_host: '' });
  return json(200, { message: '', status: 'success', previous_state: previous });
}

const UNREADY: ReadonlySet<MachineState> = new Set([
  'created',
  'creating',
  'starting',
  'suspending',
  'replacing',
  'updating',
]);

function stop({ world, machine, body, cause }: Order): Answer {
  const wish = readStopBody(body);
  if ('status' in wish) return wish;
  const { state } = machine;
  const now = world.clock.now();
  if (state === 'stopped' || state === 'stopping') return ACCEPTED;
  if (UNREADY.has(state) && world.settings.stopUnready === 'refused') return wrongState('stop', state);
  if (UNREADY.has(state) && world.settings.stopUnready === 'not-started') {
    return refusal(409, 'unable to stop machine, not currently started');
  }
  if (state === 'suspended' || state === 'failed' || state === 'created' || state === 'creating') {
    // There is no process to end. A suspended machine loses its snapshot by this.
    forget(machine);
    enter(world, machine, { state: 'stopped', at: now, cause, event: { type: 'stop', source: 'user' } });
    return ACCEPTED;
  }
  if (state !== 'started' && state !== 'restarting' && !UNREADY.has(state)) return wrongState('stop', state);
  halt(world, machine, now, { wish, cause });
  return ACCEPTED;
}

const SUSPENDABLE_MB = 2_048;

function suspend({ world, machine, cause }: Order): Answer {
  const { settings, clock } = world;
  const { state, config, behaviour } = machine;
  if (state === 'suspended' || state === 'suspending' || state === 'stopped') {
    return settings.suspendInactive === 'ok' ? ACCEPTED : wrongState('suspend', state);
  }
  if (state !== 'started') return wrongState('suspend', state);
  const unsuitable =
    behaviour.suspend === 'refused' ||
    (config.guest?.memory_mb ?? 0) > SUSPENDABLE_MB ||
    (config.init?.swap_size_mb ?? 0) > 0 ||
    config.schedule !== undefined;
  if (unsuitable) {
    const text = 'failed_precondition: machine can not be suspended with its configuration';
    return refusal(Number(settings.suspendUnsuitable), text);
  }
  freeze(world, machine, clock.now(), cause);
  return ACCEPTED;
}

function restart({ world, machine, query, cause }: Order): Answer {
  const wish = readRestartQuery(query);
  if ('status' in wish) return wish;
  const { state } = machine;
  const now = world.clock.now();
  if (state === 'started' || state === 'starting' || state === 'restarting') {
    reboot(world, machine, now, { wish, cause });
    return ACCEPTED;
  }
  const inactive = state === 'stopped' || state === 'suspended' || state === 'failed';
  if (!inactive || world.settings.restartInactive === 'refused') return wrongState('restart', state);
  boot(world, machine, now, cause);
  return ACCEPTED;
}

function setCordon({ world, machine, cause }: Order, cordoned: boolean): Answer {
  if (machine.state === 'destroyed') return wrongState(cordoned ? 'cordon' : 'uncordon', machine.state);
  if (machine.cordoned !== cordoned) {
    const [at, { app, id }] = [world.clock.now(), machine];
    world.tell?.({ kind: 'cordon', at, app, machine: id, cause, cordoned });
  }
  machine.cordoned = cordoned;
  return ACCEPTED;
}
