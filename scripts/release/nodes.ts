import { spawnSync } from 'node:child_process';
import { NODE_24 } from '../../runner/node-24.js';
import { Refusal } from './refusal.js';

/** Majors of Node that the action runs on: the oldest that it supports, and the one that its action.yml names. */
const MAJORS = [20, 24] as const;

/** A Node, by its own word. */
export interface Node {
  readonly binary: string;
  /** Version such as `24.1.0`. */
  readonly version: string;
}

/** Places where Nodes may be: the one that runs this, and what `npm ci --prefix node24` installs. */
export const USUAL_NODES: readonly string[] = [process.execPath, NODE_24];

/** Chooses the first Node of each major that the action runs on. Throws a {@link Refusal} where one is missing. */
export function chooseNodes(binaries: readonly string[]): readonly Node[] {
  const found = binaries.flatMap((binary) => {
    const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
    return status === 0 ? [{ binary, version: stdout.trim().slice(1) }] : [];
  });
  const chosen = MAJORS.map((major) => found.find(({ version }) => version.startsWith(`${major}.`)));
  const missing = MAJORS.filter((_, index) => chosen[index] === undefined);
  if (missing.length > 0) {
    const seen = found.map(({ binary, version }) => `${version} (${binary})`).join(', ') || 'none';
    throw new Refusal(
      missing.map(
        (major) =>
          `Node ${major} isn't here to build dist with; found were: ${seen}. Run \`npm ci --prefix node24\`, or name one with \`--node <path>\`.`,
      ),
    );
  }
  return chosen.filter((it) => it !== undefined);
}
