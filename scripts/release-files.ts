/**
 * `npm run release:files -- v1.0.0 <folder>`: builds dist of the tag that is checked out anew on both Nodes, and writes
 * what goes with its release: notes, checksums, and the packages that are in it. The workflow of a tag runs it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attachmentsOf } from './release/attachments.js';
import { chooseNodes, USUAL_NODES } from './release/nodes.js';
import { rebuild } from './release/rebuild.js';
import { Refusal } from './release/refusal.js';
import { stopOnSignal } from './release/stop.js';
import { REPOSITORY } from './repository.js';

const [tag, folder] = process.argv.slice(2);

try {
  if (tag === undefined || folder === undefined)
    throw new Refusal(['Give a tag and a folder: npm run release:files -- v1.0.0 release']);
  const root = process.cwd();
  const { GITHUB_REPOSITORY: repository = REPOSITORY } = process.env;
  const files = attachmentsOf(root, tag, repository);
  await rebuild(root, `refs/tags/${tag}`, chooseNodes(USUAL_NODES), stopOnSignal());
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  console.log(`dist of ${tag} is built as it is committed; ${folder} has ${[...files.keys()].join(', ')}`);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
