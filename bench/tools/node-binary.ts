import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NODE_24 } from '../../runner/node-24.js';

/** Path of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
    const isNode24 = process.versions.node.startsWith('24.');
    const note = ' (not Node 24: run this by it, or on Linux install it with `npm ci --prefix node24`)';
    return { path: process.execPath, version: process.version, note: isNode24 ? '' : note };
  }
  const version = execFileSync(NODE_24, ['--version'], { encoding: 'utf8' }).trim();
  return { path: NODE_24, version, note: '' };
}
