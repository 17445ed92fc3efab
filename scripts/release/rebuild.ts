import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { inFreshClone, runIn } from './fresh-clone.js';
import type { Node } from './nodes.js';
import { Refusal } from './refusal.js';

/** Files of a built folder by name. */
type Built = ReadonlyMap<string, Buffer>;

/**
 * Builds `dist` of a commit anew on each Node, in a fresh clone, and compares byte for byte with what is committed.
 * Throws a {@link Refusal} where it differs.
 */
export async function rebuild(
  root: string,
  commit: string,
  nodes: readonly Node[],
  stop: AbortSignal,
): Promise<void> {
  await inFreshClone(root, commit, async (clone) => {
    const committed = readBuilt(clone);
    const remedy = 'Mend what npm says, and release again.';
    await runIn(clone, 'npm ci --ignore-scripts --no-audit --no-fund', { remedy, stop });
    const built: { node: Node; files: Built }[] = [];
    for (const node of nodes) {
      // Scripts of npm take the first Node on PATH.
      const PATH = [dirname(node.binary), process.env['PATH']].join(delimiter);
      const remedy = `Mend the build on Node ${node.version}, and release again.`;
      await runIn(clone, 'npm run build', { remedy, stop, env: { PATH } });
      built.push({ node, files: readBuilt(clone) });
    }
    const reasons = built.flatMap(({ node, files }) => {
      const names = differing(committed, files);
      return names.length === 0
        ? []
        : `dist, built anew on Node ${node.version}, differs from what is committed: ${names.join(', ')}.`;
    });
    if (reasons.length === 0) return;
    const [first, ...others] = built;
    const agree = others.every(
      ({ files }) => first === undefined || differing(first.files, files).length === 0,
    );
    throw new Refusal([
      ...reasons,
      agree
        ? 'All Nodes build the same. Run `npm run build`, commit dist, and release again.'
        : 'The Nodes build different things: find in scripts/build.ts what depends on the Node.',
    ]);
  });
}

function readBuilt(clone: string): Built {
  const folder = join(clone, 'dist');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((it) => !it.isDirectory())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        // A link is not the file to which it leads.
        const bytes = entry.isSymbolicLink()
          ? Buffer.from(`link to ${readlinkSync(path)}`)
          : readFileSync(path);
        return [path.slice(folder.length + 1), bytes];
      }),
  );
}

/** Returns the names of files that one of two has alone, or with other bytes. */
function differing(one: Built, other: Built): readonly string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  const isSame = (a: Buffer | undefined, b: Buffer | undefined) =>
    a !== undefined && b !== undefined && a.equals(b);
  return [...names].filter((name) => !isSame(one.get(name), other.get(name))).sort();
}
