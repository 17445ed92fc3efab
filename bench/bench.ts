/**
 * Benchmark of the costs that this project promises (`npm run bench`): prints each figure next to its target.
 * Arguments name the parts to run; without any, all run except those that must be named. Exits with 1 when a
 * count misses its target or a part fails, never because of a time.
 */

import { fleet } from './fleet.js';
import { flyctl } from './flyctl.js';
import { hostile } from './hostile.js';
import { hours } from './hours.js';
import { idleSweep } from './idle-sweep.js';
import { inspect } from './inspect.js';
import { longList } from './long-list.js';
import { parsing } from './parsing.js';
import { requests } from './requests.js';
import { startUp } from './start-up.js';
import { type Figure, formatFigure } from './tools/figure.js';
import { nodeForActions } from './tools/node-binary.js';

const PARTS: ReadonlyMap<string, () => Promise<Figure[]>> = new Map([
  ['requests', requests],
  ['fleet', fleet],
  ['long-list', longList],
  ['idle-sweep', idleSweep],
  ['hours', hours],
  ['start-up', startUp],
  ['parsing', parsing],
  ['inspect', inspect],
  ['hostile', hostile],
  ['flyctl', flyctl],
]);

/** Parts that build a large program first. */
const NAMED_ONLY: ReadonlySet<string> = new Set(['flyctl']);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !PARTS.has(name));
if (unknown.length > 0) {
  process.stderr.write(
    `bench: no part is named ${unknown.join(', ')}: choose from ${[...PARTS.keys()].join(', ')}.\n`,
  );
  process.exit(1);
}

const node = nodeForActions();
process.stdout.write(
  `Steps and hostile tokens run on Node ${node.version}${node.note}, all else on ${process.version}.\n`,
);
const figures: Figure[] = [];
for (const [name, measure] of PARTS) {
  if (asked.length > 0 ? !asked.includes(name) : NAMED_ONLY.has(name)) continue;
  process.stdout.write(`\n${name}\n`);
  for (const figure of await measure()) {
    figures.push(figure);
    process.stdout.write(formatFigure(figure));
  }
}

if (asked.length === 0)
  process.stdout.write(`\nNot run, because it must be named: ${[...NAMED_ONLY].join(', ')}\n`);
const missed = figures.filter(({ met }) => !met);
const withTarget = figures.filter(({ target }) => target !== undefined);
const counts = missed.filter(({ kind }) => kind === 'count').length;
process.stdout.write(`\n${withTarget.length - missed.length} met, ${missed.length} missed\n`);
if (counts > 0) process.exitCode = 1;
