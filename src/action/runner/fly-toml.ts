import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { ActionError, asActionError } from '../../errors.js';
import { nodeFileSystem } from '../../files/file-system.js';
import { patiently } from '../../files/patience.js';

/** Largest file that is read, in bytes: far beyond any that a person has written. */
const LARGEST = 65_536;

/**
 * Reads the workspace's `fly.toml`; undefined where there is none. A build may have put anything in its place: what is no
 * regular file of a sensible size in UTF-8 is an `input` error that names it, and nothing here waits for a writer.
 */
export function readFlyToml(path: string, pause = nodeFileSystem.pause): string | undefined {
  try {
    return patiently(() => readOnce(path), pause);
  } catch (error) {
    throw error instanceof ActionError
      ? error
      : tomlRefused(`can't be read: ${asActionError(error).message}`);
  }
}

function readOnce(path: string): string | undefined {
  let file: number | undefined;
  try {
    const seen = lstatSync(path, { throwIfNoEntry: false });
    if (seen === undefined) return undefined;
    requireFile(seen);
    // Between the two, it may have become another one; Windows knows neither flag.
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    requireFile(fstatSync(file));
    return decoded(readFileSync(file));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function requireFile(stats: Stats): void {
  if (stats.isSymbolicLink()) throw tomlRefused('is a link, which is not followed');
  if (stats.isDirectory()) throw tomlRefused('is a folder');
  if (!stats.isFile()) throw tomlRefused('is no regular file');
  if (stats.size > LARGEST) throw tomlRefused(`has ${stats.size} bytes; more than ${LARGEST} are not read`);
}

function decoded(bytes: Buffer): string {
  // Each of its letters has a zero byte in it, with a mark in front or without.
  if (bytes.subarray(0, 4).includes(0) || /^(?:fffe|feff)/.test(bytes.toString('hex', 0, 2)))
    throw tomlRefused('is in UTF-16, or no text; it has to be in UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw tomlRefused('is not in UTF-8');
  }
}

function tomlRefused(what: string): ActionError {
  return new ActionError('input', `The workspace's fly.toml ${what}`, {
    hint: 'Fix it, or set `app`: then it is not read.',
  });
}
