import type { ChangedMachine } from '../../commands/engine/restore-record.js';
import { type Hold, holdText } from '../../commands/keep-alive/hold.js';
import { ActionError } from '../../errors.js';
import { STATE } from '../runner/environment.js';

/** Most characters of one value: state comes back as environment variables, and Windows holds 32,767 in one. */
export const MOST_OF_ONE = 30_000;
/** Flags behind a machine that had `keep-alive` before, that stopping destroys, or both: their sum. */
const KEPT_ALIVE = 1;
const ENDS_WITH_STOP = 2;
const ALL_FLAGS: readonly unknown[] = [KEPT_ALIVE, ENDS_WITH_STOP, KEPT_ALIVE + ENDS_WITH_STOP];
/** Latest end of a hold in Unix ms. */
const LATEST_HELD = 999_999_999_999_999;

/** Returns the name of a value in a step's state that holds machines; `index` counts from 0. */
export function nameOf(index: number): string {
  return `${STATE.restore}-${index + 1}`;
}

/** Returns the name of a value with holds; `index` counts from 0. */
export function holdsNameOf(index: number): string {
  return `${STATE.restore}-held-${index + 1}`;
}

type StateEntry = readonly [id: string, version: string, left?: string | null, flags?: number];
type Group = readonly [app: string, from: string, StateEntry[]];

/** Writes machines as JSON, in which neighbours with the same app and state share these. */
export function encode(machines: readonly ChangedMachine[]): string {
  const groups: Group[] = [];
  for (const { app, id, version, from, left, keptAlive, endsWithStop } of machines) {
    const last = groups.at(-1);
    const group: Group = last !== undefined && last[0] === app && last[1] === from ? last : [app, from, []];
    if (group !== last) groups.push(group);
    const entry: StateEntry = left === undefined ? [id, version] : [id, version, left];
    const flags = (keptAlive ? KEPT_ALIVE : 0) + (endsWithStop ? ENDS_WITH_STOP : 0);
    group[2].push(flags > 0 ? [id, version, left ?? null, flags] : entry);
  }
  return JSON.stringify(groups);
}

/** Reads what `encode` wrote. Throws an `internal` error for anything else. */
export function decode(text: string): ChangedMachine[] {
  return listIn(parsed(text)).flatMap((group) => {
    const [app, from, entries] = listIn(group);
    return listIn(entries).map((entry): ChangedMachine => {
      const [id, version, left, flags] = listIn(entry);
      const known = typeof flags === 'number' && ALL_FLAGS.includes(flags) ? flags : 0;
      return {
        app: textIn(app),
        id: textIn(id),
        version: textIn(version),
        from: textIn(from),
        ...(left !== undefined && !(left === null && known > 0) && { left: textIn(left) }),
        ...((known & KEPT_ALIVE) > 0 && { keptAlive: true }),
        ...((known & ENDS_WITH_STOP) > 0 && { endsWithStop: true }),
      };
    });
  });
}

/** Writes a hold as JSON, its times in Unix ms. */
export function encodeHold({ app, id, held, before }: Hold): string {
  const until = Date.parse(held);
  return JSON.stringify(before === undefined ? [app, id, until] : [app, id, until, before]);
}

/** Reads a list of what `encodeHold` wrote. Throws an `internal` error for anything else. */
export function decodeHolds(text: string): Hold[] {
  return listIn(parsed(text)).map((hold): Hold => {
    const [app, id, held, before] = listIn(hold);
    return {
      app: textIn(app),
      id: textIn(id),
      held: holdText(stateTime(held)),
      ...(before !== undefined && { before: stateTime(before) }),
    };
  });
}

/** Reads JSON that is an object or an array. Throws an `internal` error for anything else. */
export function parsed(text: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable();
  }
  if (typeof json !== 'object' || json === null) throw unreadable();
  return json;
}

function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable();
  return value;
}

function textIn(value: unknown): string {
  if (typeof value !== 'string') throw unreadable();
  return value;
}

function stateTime(value: unknown): number {
  if (typeof value !== 'number' || Math.abs(value) > LATEST_HELD) throw unreadable();
  return value;
}

/** Returns the error for a record that isn't in the form that a step writes. */
export function unreadable(): ActionError {
  return new ActionError('internal', 'the record of what this step changed is not readable');
}
