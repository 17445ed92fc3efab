import { GET_RATE } from '../access/rate-limits.js';
import { asKnown, knownUntil } from '../affinity.js';
import { type Answer, json, refusal } from '../http.js';
import type { Machine } from '../machines/machine.js';
import { listMachines } from '../machines/sight.js';
import { settle } from '../machines/transitions.js';
import { goneAnswer } from '../machines/wire/gone.js';
import { machineJson, type View } from '../machines/wire/machine-json.js';
import { isAmong, isTrue } from '../machines/wire/query.js';
import type { Settings } from '../settings.js';
import type { AppContext, AppRoute, MachineContext, MachineRoute } from './route.js';

/** Routes that read all machines of an app, one machine, or its events. */
export const READING_ROUTES: readonly (AppRoute | MachineRoute)[] = [
  { scope: 'app', method: 'GET', path: '/v1/apps/:app/machines', action: 'r', handle: list },
  {
    scope: 'machine',
    method: 'GET',
    path: '/v1/apps/:app/machines/:machine',
    action: 'r',
    rate: GET_RATE,
    needsHost: false,
    handle: get,
  },
  {
    scope: 'machine',
    method: 'GET',
    path: '/v1/apps/:app/machines/:machine/events',
    action: 'r',
    needsHost: false,
    handle: events,
  },
];

const USUAL_EVENTS = 20;
const MOST_EVENTS = 50;

function list(context: AppContext): Answer {
  const { world, app, query, headers } = context;
  const now = world.clock.now();
  const until = knownUntil(world, app, headers);
  for (const machine of app.machines.values()) settle(machine, now);
  const shown = listMachines(world, app).flatMap((machine) => {
    const known = asKnown(machine, until);
    return known !== undefined && isWanted(known, query, world.settings) ? [known] : [];
  });
  const view: View = {
    now,
    settings: world.settings,
    summary: isTrue(query, 'summary'),
    leases: isTrue(query, 'include_leases'),
  };
  const isBehind = (known: Machine) => app.machines.get(known.id) !== known;
  return json(
    200,
    shown.map((known) => machineJson(known, isBehind(known) ? { ...view, now: until } : view)),
  );
}

function isWanted(machine: Machine, query: URLSearchParams, { listDestroyed }: Settings): boolean {
  const isHidden = listDestroyed === 'hidden' && !isTrue(query, 'include_deleted');
  if (machine.state === 'destroyed' && isHidden) return false;
  if (!isAmong(machine.region, query, 'region') || !isAmong(machine.state, query, 'state')) return false;
  for (const [name, value] of query) {
    if (!name.startsWith('metadata.')) continue;
    if (machine.config.metadata?.[name.slice('metadata.'.length)] !== value) return false;
  }
  return true;
}

function get({ world, app, machine, query, headers }: MachineContext): Answer {
  const until = knownUntil(world, app, headers);
  const known = asKnown(machine, until);
  if (known === undefined) return goneAnswer(world.settings, machine.id);
  const leases = isTrue(query, 'include_leases');
  // A node that has missed the last change knows no newer reports of checks either.
  const now = known === machine ? world.clock.now() : until;
  return json(200, machineJson(known, { now, settings: world.settings, leases }));
}

function events({ machine, query }: MachineContext): Answer {
  const limit = Number(query.get('limit') ?? USUAL_EVENTS);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_EVENTS) {
    return refusal(400, `invalid limit: must be between 1 and ${MOST_EVENTS}`);
  }
  return json(200, machine.events.slice(0, limit));
}
