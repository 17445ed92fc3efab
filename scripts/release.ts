/**
 * `npm run release -- 1.0.0`: releases what main of the remote is now. Checks it, builds dist anew on both Nodes, and
 * pushes the tags `v1.0.0` and `v1` together. `--dry-run` does all but the tags; docs/releases.md has the whole way.
 */
import { parseArgs } from 'node:util';
import { chooseNodes, USUAL_NODES } from './release/nodes.js';
import { Refusal } from './release/refusal.js';
import { release } from './release/release.js';
import { stopOnSignal } from './release/stop.js';

const USAGE = `npm run release -- <version> [options]

  --dry-run            does all but the tags, and says what it would push
  --remote <name>      where the tags go (origin)
  --checks <command>   what has to pass in a fresh clone of the commit (bash .ci/run)
  --node <path>        a Node to build dist with, for a major that isn't here; can be given twice`;

/** Reads the command line. Throws a {@link Refusal} with how to use it. */
function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        remote: { type: 'string', default: 'origin' },
        checks: { type: 'string', default: 'bash .ci/run' },
        node: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (error) {
    throw new Refusal([`${error instanceof Error ? error.message : error}\n\n${USAGE}`]);
  }
}

try {
  const { values, positionals } = options();
  const [version, ...others] = positionals;
  if (version === undefined || others.length > 0)
    throw new Refusal([`Give one version; ${positionals.length} came.\n\n${USAGE}`]);
  const root = process.cwd();
  const nodes = chooseNodes([...values.node, ...USUAL_NODES]);
  await release(
    { version, remote: values.remote, checks: values.checks, dryRun: values['dry-run'] },
    { root, nodes, stop: stopOnSignal(), say: (line) => console.log(line) },
  );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
