import { rowOf } from '../../command-table.js';
import type { ChangedMachine, Restorable } from '../../commands/engine/restore-record.js';
import type { KeepAliveMark } from '../../commands/keep-alive/mark.js';
import { isTransition } from '../../machines/transitions.js';
import { decode, decodeHolds, holdsNameOf, nameOf, parsed, unreadable } from '../owed/state-parts.js';
import type { RestoreHead } from '../owed/state-record.js';
import type { Environment } from '../runner/environment.js';
import { STATE } from '../runner/environment.js';

/** Reads what stands above a record, in the variables of a post step; undefined where the step left none. Throws for what is none of ours. */
export function readHead(env: Environment): (RestoreHead & { readonly parts: number }) | undefined {
  const text = env[`STATE_${STATE.restore}`];
  if (!text) return undefined;
  // Any property of any object may be looked at as long as nothing is expected of it.
  const { command, fallback, own, step, parts } = parsed(text) as Readonly<Record<string, unknown>>;
  if (!isRestorable(command) || typeof parts !== 'number') throw unreadable();
  return {
    ...{ command, parts, fallback: fallback === 'stop' ? 'stop' : 'none' },
    ...(typeof own === 'string' && { own }),
    ...(typeof step === 'string' && { step }),
  };
}

/** Reads the machines of a record. Throws where a part is missing or none of ours. */
export function readMachines(env: Environment, { parts }: { readonly parts: number }): ChangedMachine[] {
  const machines: ChangedMachine[] = [];
  for (let index = 0; index < parts; index += 1) {
    const part = env[`STATE_${nameOf(index)}`];
    if (part === undefined) throw unreadable();
    machines.push(...decode(part));
  }
  return machines;
}

/** Reads what machines were held, or were about to be. Throws for what is none of ours. */
export function readHolds(env: Environment): KeepAliveMark[] {
  const holds: KeepAliveMark[] = [];
  for (let index = 0; ; index += 1) {
    const text = env[`STATE_${holdsNameOf(index)}`];
    if (!text) return holds;
    holds.push(...decodeHolds(text));
  }
}

function isRestorable(command: unknown): command is Restorable {
  return typeof command === 'string' && isTransition(command) && rowOf(command).restorable === true;
}
