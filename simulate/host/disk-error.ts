import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import type { FileSystem } from '../../src/files/file-system.js';

/** One of the calls that a disk can refuse. */
export type DiskCall = Exclude<keyof FileSystem, 'pause' | 'user' | 'unique'>;

/** Names of the calls as Node's errors have them. */
const SYSTEM_CALLS: { readonly [C in DiskCall]: string } = {
  open: 'open',
  close: 'close',
  stat: 'fstat',
  look: 'lstat',
  read: 'read',
  write: 'write',
  rename: 'rename',
  remove: 'rm',
  list: 'scandir',
};
const NUMBERS: Readonly<Record<string, number>> = constants.errno;

/** Returns the error that Node throws for a code: `ENOSPC: no space left on device, write '/tmp/it'`. */
export function diskError(code: string, call: DiskCall, path: string): Error {
  const [, words = 'refused'] = getSystemErrorMap().get(-(NUMBERS[code] ?? 0)) ?? [];
  return Object.assign(new Error(`${code}: ${words}, ${SYSTEM_CALLS[call]} '${path}'`), { code });
}
