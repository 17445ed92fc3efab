import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import type { MachineRef, MachinesClient } from './api/client.js';
import { GONE_HINT } from './api/refusal-table.js';
import { Refusal } from './api/refusals.js';
import { isTrouble } from './fate.js';
import type { Machine } from './machine/machine.js';

/** What a machine is in that is not there any more. */
export const GONE = 'destroyed';
const GOING: ReadonlySet<string> = new Set(['destroyed', 'destroying']);

/** Until a machine that Fly didn't know is looked for again, in milliseconds: its servers lag behind each other for a moment. */
const SECOND_LOOK_MS = 3_000;
/** So young, a list was begun after the first look. */
const FRESH_LIST_MS = 2_000;

/** What a machine is looked at with. */
export interface LookTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
}

/** A machine is gone for certain. */
export class Gone extends ActionError {
  constructor(refusal: Refusal) {
    const { message, status = 0, requestId } = refusal;
    // What only words tell isn't to be read as trouble by its status.
    const told = status >= 400 && status <= 499 ? { status } : {};
    super('not found', message, { hint: GONE_HINT, ...told, requestId, cause: refusal });
  }
}

/**
 * Whether Fly says that it doesn't know the machine, which one answer doesn't prove; or, in whatever words, that it doesn't
 * know what was asked for of the machine.
 */
export function isGone(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.kind === 'machine gone' || isUnclear(error));
}

/** Whether Fly doesn't say what it doesn't know: the machine, or something of it. */
export function isUnclear(error: Refusal): boolean {
  return error.kind === 'not found' && error.isOfMachine;
}

/**
 * Reads a machine. Where Fly doesn't know it, that is believed once a second look says so some seconds later, at the
 * machine itself and at a fresh list of its app; until then it is asked again. Where the
 * token may not list, the machine itself has to do. Throws what reading throws.
 */
export async function readOrGone(
  { client, clock }: LookTools,
  machine: MachineRef,
  signal: AbortSignal,
): Promise<Machine | Gone> {
  const read = () =>
    client.get(machine, signal).catch((error: unknown) => {
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

/** The youngest list of each app, which machines that are looked for at the same time share. */
const lists = new WeakMap<
  MachinesClient,
  Map<string, { readonly at: number; readonly ids: Promise<Set<string>> }>
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
    return (await ids).has(id);
  } catch (error) {
    signal.throwIfAborted();
    return isTrouble(error);
  }
}

async function idsOf(client: MachinesClient, app: string, signal: AbortSignal): Promise<Set<string>> {
  const machines = await client.list(app, signal);
  return new Set(machines.filter(({ state }) => !GOING.has(state)).map(({ id }) => id));
}

/**
 * Reads a machine that is waited for; undefined where Fly is in trouble, which whoever waits until a deadline can sit
 * out. Throws `Gone` for one that is.
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
