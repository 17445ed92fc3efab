import { type Answer, json, refusal } from '../http.js';
import type { Machine } from '../machines/machine.js';
import { pause } from '../machines/pause.js';
import { type MachineState, SETTLED } from '../machines/states.js';
import { settle } from '../machines/transitions.js';
import type { World } from '../world.js';
import type { MachineContext, MachineRoute } from './route.js';

/** The route that waits, for at most a minute, until a machine is in a state. */
export const WAIT_ROUTES: readonly MachineRoute[] = [
  {
    scope: 'machine',
    method: 'GET',
    path: '/v1/apps/:app/machines/:machine/wait',
    action: 'r',
    handle: wait,
  },
];

const STATES = ['started', 'stopped', 'suspended', 'destroyed', 'failed', 'settled'];
const LONGEST_S = 60;

interface Wish {
  readonly states: readonly string[];
  readonly timeoutMs: number;
  readonly version: string | undefined;
  readonly fromEvent: string | undefined;
}

async function wait(context: MachineContext): Promise<Answer> {
  const { world, machine, signal } = context;
  const wish = wishOf(context);
  if ('body' in wish) return wish;
  const deadline = world.clock.now() + wish.timeoutMs;
  for (;;) {
    const now = world.clock.now();
    settle(machine, now);
    if (wish.version !== undefined && wish.version !== machine.instanceId) {
      if (!machine.earlierVersions.includes(wish.version)) return refusal(400, 'invalid machine version');
      return notReachedAnswer(world, wish, 'replaced', Number(world.settings.waitReplaced));
    }
    const state = findReached(machine, wish);
    if (state !== undefined) {
      const { waitReply } = world.settings;
      const rest = { version: machine.instanceId, event_id: machine.events[0]?.id ?? '' };
      return json(200, {
        ok: true,
        ...(waitReply === 'bare' ? {} : { state }),
        ...(waitReply === 'full' ? rest : {}),
      });
    }
    if (now >= deadline) return notReachedAnswer(world, wish, machine.state, 408);
    const next = machine.plan[0]?.at ?? Number.POSITIVE_INFINITY;
    await pause(world, machine, Math.min(deadline, next) - now, signal);
  }
}

function wishOf({ query, world }: MachineContext): Wish | Answer {
  const given = query.getAll('state').flatMap((values) => values.split(','));
  const states = given.length === 0 ? ['started'] : given;
  const unknown = states.find((state) => !STATES.includes(state));
  if (unknown !== undefined) return refusal(400, `invalid state: ${unknown}`);
  const timeout = query.get('timeout') ?? String(LONGEST_S);
  if (!/^\d+$/.test(timeout) || Number(timeout) < 1 || Number(timeout) > LONGEST_S) {
    return refusal(400, `invalid timeout: must be between 1 and ${LONGEST_S} seconds`);
  }
  const version = query.get('version') ?? query.get('instance_id') ?? undefined;
  if (version === undefined && states.includes('stopped') && world.settings.waitStopped === 'needs-version') {
    return refusal(400, 'instance_id is required when waiting for state stopped');
  }
  const fromEvent = query.get('from_event_id') ?? undefined;
  return { states, timeoutMs: Number(timeout) * 1_000, version, fromEvent };
}

/**
 * Returns the wanted state that the machine is in, or passed through since the event from which the wait
 * starts.
 */
function findReached({ state, events }: Machine, { states, fromEvent }: Wish): string | undefined {
  const wanted = (it: string) =>
    states.includes(it) || (states.includes('settled') && SETTLED.has(it as MachineState));
  if (fromEvent === undefined) return wanted(state) ? state : undefined;
  const start = events.findIndex(({ id }) => id === fromEvent);
  const since = start < 0 ? events : events.slice(0, start);
  return since.findLast(({ status }) => wanted(status))?.status;
}

function notReachedAnswer(world: World, { states }: Wish, state: string, status: number): Answer {
  const prefix = world.settings.waitText === 'bare' ? '' : 'deadline_exceeded: ';
  const text = `machine failed to reach desired state, ${states.join(', ')}, currently ${state}`;
  return refusal(status, prefix + text);
}
