import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from '../emulator/clock.js';
import { createFly } from '../emulator/fly.js';
import { systemRandom } from '../emulator/random.js';
import { costAtMost, type Figure, median } from './tools/figure.js';
import { nodeForActions, ROOT } from './tools/node-binary.js';

const TOKENS = 64;
const PROCESSES = 5;
/** Runs in one process: the first is the cold one, and some more pass before V8 has compiled the code. */
const RUNS = 40;
const WARMING = 10;
const MOST_MS = 50;

/**
 * Measures the part of `inspect` that sends no requests: parse a large bundle, judge it for every command,
 * render it.
 */
export async function inspect(): Promise<Figure[]> {
  const fly = createFly({ clock: systemClock, random: systemRandom, apps: [{ name: 'my-app' }] });
  const text = fly.mintToken({ app: 'my-app', permissions: TOKENS, withDischarge: true });
  const processes = Array.from({ length: PROCESSES }, () => timesOf(text));
  const warm = processes.flatMap((times) => times.slice(WARMING));
  const cold = processes.map(([first = Number.NaN]) => first);
  const what = `a bundle of ${TOKENS} permission tokens and as many discharges, parsed, checked and rendered`;
  const figure = { most: MOST_MS, digits: 1, unit: 'ms' };
  return [
    costAtMost({
      ...figure,
      what,
      value: median(warm),
      note: `${text.length} characters; median of ${warm.length} runs in ${PROCESSES} processes, each after ${WARMING} others`,
    }),
    costAtMost({
      ...figure,
      what: 'the same, the first time in a process',
      value: median(cold),
      note: `median of ${PROCESSES} fresh processes, from ${Math.min(...cold).toFixed(1)} to ${Math.max(...cold).toFixed(1)} ms`,
    }),
  ];
}

function timesOf(text: string): number[] {
  const script = join(ROOT, 'bench', 'scripts', 'inspect-bundle.ts');
  const output = execFileSync(nodeForActions().path, ['--import', 'tsx', script, String(RUNS)], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  });
  // The cast is safe: our own script writes this form.
  return JSON.parse(output) as number[];
}
