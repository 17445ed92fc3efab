import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import type { MachineRef, MachinesClient, WithLeases } from './api/client.js';
import { GONE_HINT } from './api/refusal-table.js';
import { Refusal } from './api/refusals.js';
import { isTrouble, mayNotTell } from './fate.js';
import type { Machine } from './machine/machine.js';

/** State of a machine that is not there any more. */
export const GONE_STATE = 'destroyed';
const GOING: ReadonlySet<string> = new Set(['destroyed', 'destroying']);

/** Pause in ms before another look for a machine that Fly did not know: its servers lag behind each other for a moment. */
const SECOND_LOOK_MS = 3_000;
/** Age in ms up to which a list was begun after the first look. */
const FRESH_LIST_MS = 2_000;

/** Dependencies of a look. */
export interface LookTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
}

/** Error for a machine that is gone for certain. */
export class Gone extends ActionError {
  constructor(refusal: Refusal) {
    const { message, status = 0, requestId } = refusal;
    // Words alone may have said so; the status, which may report trouble, is left out then.
    const told = status >= 400 && status <= 499 ? { status } : {};
    super('not found', message, { hint: GONE_HINT, ...told, requestId, cause: refusal });
  }
}

/**
 * Returns whether Fly says that it does not know the machine, which one answer does not prove, or does not know what we
 * asked of it.
 */
export function isGone(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.kind === 'machine gone' || isUnclear(error));
}

/** Returns whether Fly leaves open what it does not know: the machine, or a part of it. */
export function isUnclear(error: Refusal): boolean {
  return error.kind === 'not found' && error.isOfMachine;
}

/**
 * Reads a machine. If Fly does not know it, asks again every few seconds until both the machine itself and a fresh list of
 * its app confirm that it is gone. An empty list confirms nothing while the app counts machines, or trouble hides how many.
 * If the token may not list, a second look at the machine is enough. Throws any other error of reading.
 */
export async function readOrGone(
  { client, clock }: LookTools,
  machine: MachineRef,
  signal: AbortSignal,
  options: WithLeases = {},
): Promise<Machine | Gone> {
  const read = () =>
    client.get(machine, signal, options).catch((error: unknown) => {
      if (isGone(error)) return error;
      throw error;
    });
  let now = await read();
  for (let isOpen = true; isOpen && now instanceof Refusal; ) {
    await clock.sleep(SECOND_LOOK_MS, signal);
    now = await read();
    isOpen =
      now instanceof Refusal && client.canList && (await mayBeListed({ client, clock }, machine, signal));
  }
  return now instanceof Refusal ? new Gone(now) : now;
}

/** Youngest list of each app, shared by machines that are looked for at the same time. */
const lists = new WeakMap<
  MachinesClient,
  Map<string, { readonly at: number; readonly ids: Promise<Set<string> | undefined> }>
>();

async function mayBeListed(
  { client, clock }: LookTools,
  { app, id }: MachineRef,
  signal: AbortSignal,
): Promise<boolean> {
  const young = lists.get(client) ?? new Map();
  lists.set(client, young);
  const at = clock.now();
  const last = young.get(app);
  const ids = last !== undefined && at - last.at <= FRESH_LIST_MS ? last.ids : idsOf(client, app, signal);
  if (ids !== last?.ids) young.set(app, { at, ids });
  try {
    return (await ids)?.has(id) !== false;
  } catch (error) {
    signal.throwIfAborted();
    return !mayNotTell(error);
  }
}

/** Returns the ids of an app's machines; undefined if its list is empty although the app counts some. */
async function idsOf(
  client: MachinesClient,
  app: string,
  signal: AbortSignal,
): Promise<Set<string> | undefined> {
  const machines = await client.list(app, signal);
  if (machines.length === 0 && (await client.countOf(app, signal)) > 0) return undefined;
  return new Set(machines.filter(({ state }) => !GOING.has(state)).map(({ id }) => id));
}

/**
 * Reads a machine that the caller waits for; undefined if Fly is in trouble, which a caller with a deadline can sit out.
 * Throws `Gone` for a machine that is gone, and any other error.
 */
export async function look(
  tools: LookTools,
  machine: MachineRef,
  signal: AbortSignal,
): Promise<Machine | undefined> {
  try {
    const now = await readOrGone(tools, machine, signal);
    if (now instanceof Gone) throw now;
    return now;
  } catch (error) {
    if (signal.aborted || !isTrouble(error)) throw error;
    return undefined;
  }
}
