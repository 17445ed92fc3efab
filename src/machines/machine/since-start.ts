import { type Exit, isStart, type MachineEvent } from './events.js';
import type { Machine } from './machine.js';
import { FAILED } from './states.js';
import { exitWords, type Story, stateWords } from './story.js';

/** End of a process, and who ordered it, as far as events tell. */
interface End {
  readonly exit: Exit;
  /** Source of the order; undefined where no event shows one. */
  readonly orderedBy: string | undefined;
}

/** Changes that somebody orders. A deploy shows by its states. */
const ORDERS: ReadonlySet<string> = new Set(['stop', 'suspend', 'restart', 'destroy', 'start']);
/** Those of them by which a process ends. */
const ENDING: ReadonlySet<string> = new Set(['stop', 'restart', 'destroy']);
/** States that no machine comes to unless somebody asks for it. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  ...['stopping', 'suspending', 'suspended', 'updating', 'replacing', 'replaced', 'migrated'],
]);
const GOING: ReadonlySet<string> = new Set(['destroying', 'destroyed']);

/** Words for what an order has made of a machine, by its state. */
const ORDERED: Readonly<Record<string, string>> = {
  stopping: 'stopped again',
  stopped: 'stopped again',
  suspending: 'suspended again',
  suspended: 'suspended again',
  starting: 'started once more',
  restarting: 'started once more',
  destroying: 'destroyed',
  destroyed: 'destroyed',
};

/**
 * Tells what a machine has come to since it was read as `up`: a story that is done where it was ended by request or with
 * code 0, and one that isn't where it has failed. Undefined while it runs; `untold` where it doesn't and its events show
 * no reason, which they may do a moment later. Five events hold at least one end of any crash loop.
 */
export function tellSince(now: Machine, up: Machine): Story | 'untold' | undefined {
  const since = eventsAfter(up, now.events);
  const ends = endsIn(since);
  if (FAILED.has(now.state)) return { isDone: false, what: `became ${stateWords(now)}` };
  const bad = ends.find(isFailure);
  if (bad !== undefined)
    return { isDone: false, what: `started and ended, ${exitWords(bad.exit)}${again(bad.exit, now)}` };
  if (now.state === 'started') return undefined;
  const order = since.find(isOrder);
  const last = since.find(({ type, exit }) => exit !== undefined || type === 'start');
  const end = ends.find(({ exit }) => exit === last?.exit);
  if (end !== undefined && !isOrdered(end))
    return { isDone: true, hasEnded: true, what: `started and ended, ${exitWords(end.exit)}` };
  const isAskedFor = ASKED_FOR.has(now.state) || (GOING.has(now.state) && !now.autoDestroy);
  if (end === undefined && order === undefined && !isAskedFor) return 'untold';
  const who = whoseOrder(end?.orderedBy ?? order?.source);
  return { isDone: true, what: `${ORDERED[now.state] ?? now.state} by ${who}` };
}

/** Returns the events that are newer than the start by which a machine was up, the newest first. */
function eventsAfter({ newestStart, newestEvent }: Machine, events: readonly MachineEvent[]): MachineEvent[] {
  const from = newestStart ?? newestEvent ?? 0;
  const isKnown = (event: MachineEvent) => newestStart === undefined || isStart(event);
  // Events of one moment are told apart by their order alone.
  const first = events.findIndex((event) => event.at < from || (event.at === from && isKnown(event)));
  return events.slice(0, first < 0 ? undefined : first);
}

/** Returns the ends among events, the newest first, each with the order that it followed. */
function endsIn(events: readonly MachineEvent[]): End[] {
  const ends: End[] = [];
  let orderedBy: string | undefined;
  for (const event of [...events].reverse()) {
    const { type, source, exit } = event;
    if (isOrder(event) && ENDING.has(type)) orderedBy = source;
    if (exit !== undefined) ends.unshift({ exit, orderedBy });
    if (exit !== undefined || type === 'start') orderedBy = undefined;
  }
  return ends;
}

function isOrder({ type, source }: MachineEvent): boolean {
  return ORDERS.has(type) && (source === 'user' || source === 'proxy');
}

function isOrdered({ exit, orderedBy }: End): boolean {
  return exit.requested || orderedBy !== undefined;
}

/** Returns whether an end is a failure. Nobody orders that memory runs out. */
function isFailure(end: End): boolean {
  const { code, outOfMemory, restarting } = end.exit;
  return outOfMemory || (!isOrdered(end) && (code !== 0 || restarting));
}

function again({ restarting }: Exit, { state }: Machine): string {
  if (!restarting) return '';
  return state === 'started' ? ', and Fly has started it again' : ', and Fly is starting it again';
}

function whoseOrder(source: string | undefined): string {
  if (source === 'proxy') return 'the proxy';
  return source === 'user' ? 'another client' : 'a request';
}
