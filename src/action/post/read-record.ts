import { rowOf } from '../../command-table.js';
import type { ChangedMachine, Restorable } from '../../commands/engine/restore-record.js';
import type { Hold } from '../../commands/keep-alive/hold.js';
import { isTransition } from '../../machines/transitions.js';
import { decode, decodeHolds, holdsNameOf, nameOf, parsed, unreadable } from '../owed/state-parts.js';
import type { RestoreHead } from '../owed/state-record.js';
import type { Environment } from '../runner/environment.js';
import { STATE } from '../runner/environment.js';

/** Reads a record's head from a post's variables; undefined if there is none. Throws an `internal` error for another form. */
export function readHead(env: Environment): (RestoreHead & { readonly parts: number }) | undefined {
  const text = env[`STATE_${STATE.restore}`];
  if (!text) return undefined;
  // Reading a property of any object is safe as long as its value stays unknown.
  const { command, fallback, own, step, parts } = parsed(text) as Readonly<Record<string, unknown>>;
  if (!isRestorableName(command) || typeof parts !== 'number') throw unreadable();
  return {
    command,
    parts,
    fallback: fallback === 'stop' ? 'stop' : 'none',
    ...(typeof own === 'string' && { own }),
    ...(typeof step === 'string' && { step }),
  };
}

/** Reads the machines of a record. Throws an `internal` error if a part is missing or not in our form. */
export function readMachines(env: Environment, { parts }: { readonly parts: number }): ChangedMachine[] {
  const machines: ChangedMachine[] = [];
  for (let index = 0; index < parts; index += 1) {
    const part = env[`STATE_${nameOf(index)}`];
    if (part === undefined) throw unreadable();
    machines.push(...decode(part));
  }
  return machines;
}

/** Reads the holds that the step wrote or was about to write. Throws an `internal` error for what is not in our form. */
export function readHolds(env: Environment): Hold[] {
  const holds: Hold[] = [];
  for (let index = 0; ; index += 1) {
    const text = env[`STATE_${holdsNameOf(index)}`];
    if (!text) return holds;
    holds.push(...decodeHolds(text));
  }
}

function isRestorableName(command: unknown): command is Restorable {
  return typeof command === 'string' && isTransition(command) && rowOf(command).restorable === true;
}
