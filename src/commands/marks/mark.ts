import type { UnixMs } from '../../clock.js';
import type { Machine } from '../../machines/machine/machine.js';
import type { Transition } from '../../machines/transitions.js';
import { timeIn } from '../../text.js';

/** Word of a mark: what a job has made of the machine, or that it will be stopped later. */
export type MarkWord = 'stopped' | 'suspended' | 'started' | 'announced';

/** Mark in a machine's metadata, by which a later job knows what an earlier one has done. */
export interface Mark {
  readonly name: string;
  /** Value as it stands in the metadata. */
  readonly value: string;
  /** `stopped` for a value of another form. */
  readonly word: MarkWord;
  /** Time at which it was written; undefined for a value of another form. */
  readonly at: UnixMs | undefined;
  /** Repository and run that wrote it, `owner/repo/123`; empty for a value of another form. */
  readonly by: string;
}

/** Name of the marks by which `stop-idle` announces a stop. */
export const IDLE = 'idle';
/** Name of the marks of what `hours` has put down. */
export const HOURS = 'hours';

/** Names that no step may choose, since commands go by them. */
export const RESERVED: readonly string[] = [IDLE, HOURS];

const PREFIX = 'marked-';
const NAME = /^[a-z0-9-]{1,32}$/;
const VALUE = /^(\S+) (stopped|suspended|started|announced) (\S+)$/;

/** Returns the word of a transition's marks; undefined for one that brings a machine neither up nor down. */
export function wordOf({ past }: Pick<Transition, 'past'>): Exclude<MarkWord, 'announced'> | undefined {
  return past === 'started' || past === 'stopped' || past === 'suspended' ? past : undefined;
}

/** Returns whether a text can name a mark. */
export function isMarkName(text: string): boolean {
  return NAME.test(text);
}

/** Returns the key of a mark in metadata. */
export function markKey(name: string): string {
  return PREFIX + name;
}

/** Writes a mark as metadata has it, to the millisecond: each step must find its own text again. */
export function markText(at: UnixMs, word: MarkWord, by: string): string {
  return `${new Date(at).toISOString()} ${word} ${by}`;
}

/** Returns a machine's mark of a name; undefined where it bears none. */
export function markOf({ metadata }: Pick<Machine, 'metadata'>, name: string): Mark | undefined {
  const key = markKey(name);
  if (!Object.hasOwn(metadata, key)) return undefined;
  const value = metadata[key] ?? '';
  const [, time = '', word = 'stopped', by = ''] = VALUE.exec(value) ?? [];
  const at = timeIn(time);
  // The cast is safe: the pattern has these words alone.
  if (!Number.isNaN(at)) return { name, value, word: word as MarkWord, at, by };
  return { name, value, word: 'stopped', at: undefined, by: '' };
}

/** Returns all marks of a machine, in the order of its metadata. */
export function marksOf(machine: Pick<Machine, 'metadata'>): Mark[] {
  return Object.keys(machine.metadata).flatMap((key) => {
    const name = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : '';
    return isMarkName(name) ? (markOf(machine, name) ?? []) : [];
  });
}

/** Returns whether a machine bears the mark of something that was done to it. */
export function bears(machine: Pick<Machine, 'metadata'>, name: string): boolean {
  return (markOf(machine, name)?.word ?? 'announced') !== 'announced';
}

/** Longest name of a run in a mark. */
const LONGEST_RUN = 150;

/** Names a run for its marks, without what can't stand there: `owner/repo/123`. */
export function runName(repository = '', run = ''): string {
  const name = `${repository || 'unknown'}/${run || '0'}`;
  return name.replaceAll(/[^\w./-]/g, '').slice(0, LONGEST_RUN);
}
