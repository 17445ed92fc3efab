import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { hostileTokens } from './hostile-tokens.js';
import { costAtMost, type Figure, median, withoutTarget } from './tools/figure.js';
import { nodeForActions, ROOT } from './tools/node-binary.js';

const SIZE = 4_096;
/** Length of the longest text that a step reads at all. */
const LONGEST = 131_072;
const RUNS = 3;
const MOST_MS = 10;
const MOST_MB = 10;

/** Cost of one reading of a hostile token. */
export interface ReadingCost {
  readonly ms: number;
  readonly megabytes: number;
}

interface NamedCost extends ReadingCost {
  readonly name: string;
}

/** Reads every hostile token in a process of its own, where nothing is warm, and reports the worst. */
export async function hostile(): Promise<Figure[]> {
  const costs = costsOf(SIZE, RUNS);
  const long = costsOf(LONGEST, 1);
  const what = 'the worst hostile token of 4 KB';
  const of = `of ${costs.length} kinds, each in ${RUNS} fresh processes`;
  return [
    costAtMost({
      what: `${what} in time`,
      value: Math.max(...costs.map(({ ms }) => ms)),
      most: MOST_MS,
      digits: 1,
      unit: 'ms',
      note: `${worst(costs, 'ms')}; ${of}`,
    }),
    costAtMost({
      what: `${what} in memory`,
      value: Math.max(...costs.map(({ megabytes }) => megabytes)),
      most: MOST_MB,
      digits: 1,
      unit: 'MB',
      note: `${worst(costs, 'megabytes')}; ${of}`,
    }),
    withoutTarget(
      `the worst hostile token of ${LONGEST / 1_024} KB, the longest that a step reads`,
      `${Math.max(...long.map(({ ms }) => ms)).toFixed(0)} ms`,
      worst(long, 'ms'),
    ),
  ];
}

function costsOf(characters: number, runs: number): NamedCost[] {
  return [...hostileTokens(characters).keys()].map((name) => {
    const costs = Array.from({ length: runs }, () => costOf(name, characters));
    const ms = median(costs.map((cost) => cost.ms));
    return { name, ms, megabytes: median(costs.map(({ megabytes }) => megabytes)) };
  });
}

function worst(costs: readonly NamedCost[], by: keyof ReadingCost): string {
  const sorted = [...costs].sort((a, b) => b[by] - a[by]);
  return sorted
    .slice(0, 3)
    .map((cost) => `${cost.name} ${cost[by].toFixed(1)}`)
    .join(', ');
}

/** The garbage collector stays off in between, so that the growth counts every allocation, garbage included. */
function costOf(name: string, characters: number): ReadingCost {
  const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64', '--import', 'tsx'];
  const script = join(ROOT, 'bench', 'scripts', 'read-hostile.ts');
  const output = execFileSync(nodeForActions().path, [...flags, script, name, String(characters)], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  // The cast is safe: our own script writes this form.
  return JSON.parse(output) as ReadingCost;
}
