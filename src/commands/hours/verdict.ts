import type { UnixMs } from '../../clock.js';
import type { HoursAt } from '../../hours/edges.js';
import type { Unreadable } from '../../hours/hours.js';
import { FAILED } from '../../machines/machine/states.js';
import { formatTime } from '../../text.js';
import { downAs, keptUp } from '../idle/idle.js';
import { bears, HOURS } from '../marks/mark.js';
import type { AppMachine } from '../result/app-machine.js';
import { wokenSince } from './woken.js';

/** Metadata key of a machine's own hours. */
export const HOURS_KEY = 'hours';

/** Question where machines belong. */
export interface HoursQuestion {
  /** Unix milliseconds by Fly's clock, as far as it is known. */
  readonly now: UnixMs;
  /** Hours of machines that have none of their own; undefined: those are left alone. */
  readonly defaultHours: string | undefined;
  /** Reads hours as of a moment. */
  readonly read: (text: string, at: UnixMs) => HoursAt | Unreadable;
}

/** Decision where a machine belongs, and what is to be done for it. */
export interface HoursVerdict {
  /** `stay` for what is where it belongs, and for what is left alone. */
  readonly wants: 'up' | 'down' | 'stay';
  /** True for what is where it belongs. */
  readonly isRight: boolean;
  /** True for what is up within its hours, and still bears the mark of having been put down. */
  readonly isMarked: boolean;
  /** Reason in words; often empty, since `place` says it. */
  readonly why: string;
  /** Words for where the hours are: `outside its hours since … until …`; empty where there are none. */
  readonly place: string;
  /** Next edge. */
  readonly next: UnixMs | undefined;
  /** Hours that can't be read, and why. */
  readonly unreadable?: Unreadable & { readonly text: string };
}

const STAYS = {
  wants: 'stay',
  isRight: false,
  isMarked: false,
  why: '',
  place: '',
  next: undefined,
} as const;

/** Decides where a machine belongs, by how it was read alone. What isn't known is left alone. */
export function verdictOf(machine: AppMachine, question: HoursQuestion): HoursVerdict {
  const own = Object.hasOwn(machine.metadata, HOURS_KEY) ? machine.metadata[HOURS_KEY] : undefined;
  const text = own ?? question.defaultHours;
  if (text === undefined) return { ...STAYS, why: 'no `hours` in its metadata' };
  const read = question.read(text, question.now);
  if ('why' in read)
    return { ...STAYS, why: `its hours can't be read: ${read.why}`, unreadable: { text, why: read.why } };
  const decided = read.isIn
    ? within(machine, question.now)
    : outside(machine, { edges: read, text, question });
  return { ...STAYS, place: placeOf(read, own === undefined), next: read.next, ...decided };
}

function within(machine: AppMachine, now: UnixMs): Partial<HoursVerdict> {
  const isMarked = bears(machine, HOURS);
  if (machine.state === 'started') return { isRight: true, isMarked };
  // One that has failed since it was put down is still to be up, and must not pass in silence.
  const isDown = downAs(machine, now) !== undefined || (isMarked && FAILED.has(machine.state));
  if (!isDown) return { why: `is ${machine.state}` };
  return isMarked ? { wants: 'up' } : { why: `${machine.state}, but not by \`hours\`` };
}

function outside(
  machine: AppMachine,
  {
    edges: { last, next },
    text,
    question: { now, read },
  }: { readonly edges: HoursAt; readonly text: string; readonly question: HoursQuestion },
): Partial<HoursVerdict> {
  const down = downAs(machine, now);
  if (down !== undefined) return { isRight: true, why: down };
  const kept = keptUp(machine, now);
  if (kept !== undefined) return { why: kept };
  if (last === undefined) return { why: 'its hours have not begun yet' };
  const woken = wokenSince(machine.events, last);
  if (woken === 'before') return { wants: 'down' };
  if (woken === undefined) return { why: 'nothing tells whether it has been woken since' };
  // The hours that come next are its own again, and their end puts it down.
  const then = next === undefined ? undefined : read(text, next);
  const until = then === undefined || 'why' in then ? undefined : then.next;
  const stays = until === undefined ? 'stays up' : `stays up until ${formatTime(until)}`;
  return { why: `woken by ${woken.by} at ${formatTime(woken.at)}, ${stays}` };
}

function placeOf({ isIn, last, next }: HoursAt, isDefault: boolean): string {
  return [
    `${isIn ? 'within' : 'outside'} ${isDefault ? 'the default' : 'its'} hours`,
    ...(last === undefined ? [] : [`since ${formatTime(last)}`]),
    next === undefined ? 'for good' : `until ${formatTime(next)}`,
  ].join(' ');
}
