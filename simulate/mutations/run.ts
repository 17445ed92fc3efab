/**
 * Checks of the checkers (`npm run simulate:mutations`): puts one mistake after another into a copy of the project and
 * simulates jobs there until a checker tells of it. Fails if one isn't found. Tries a third of them, which changes from commit
 * to commit; `--of N` another share, `--turn K` the K-th, `--names a,b` these alone. `--jobs N` and `--seed S` are the
 * simulation's.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { MUTATIONS } from './list/list.js';
import type { Mutation } from './mutation.js';
import { Sandbox } from './sandbox.js';
import { SoundProject } from './sound.js';
import { isFound, lineOf, type Verdict } from './table.js';
import { endAll, simulated } from './trial.js';
import { inTurn, turnOf } from './turn.js';

const JOBS = 2_000;
const SEED = 1;
/** Turns in which all are tried. */
const TURNS = 3;
/** Simulations side by side. */
const AT_ONCE = 2;

const { values } = parseArgs({
  options: {
    names: { type: 'string' },
    turn: { type: 'string' },
    of: { type: 'string' },
    jobs: { type: 'string' },
    seed: { type: 'string' },
  },
});
const jobs = wholeNumber('jobs', values.jobs) ?? JOBS;
const seed = wholeNumber('seed', values.seed) ?? SEED;
const chosen = chosenMutations();
const width = Math.max(...chosen.map(({ name }) => name.length));

const sound = new SoundProject(seed);
const sandboxes = Array.from({ length: AT_ONCE }, () => new Sandbox());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, endAll);
try {
  const verdicts = await verdictsOn(chosen);
  const missed = verdicts.filter((it) => !isFound(it)).map(({ mutation }) => mutation);
  console.log(`\n${verdicts.length - missed.length} of ${verdicts.length} found within ${jobs} jobs`);
  for (const { name, tells } of missed) console.log(`Not found: ${name}. ${tells}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  endAll();
  for (const sandbox of sandboxes) sandbox.remove();
}

/** Tries mutations, as many at once as there are copies, and prints each verdict when it is there. */
async function verdictsOn(mutations: readonly Mutation[]): Promise<Verdict[]> {
  const free = [...sandboxes];
  const places = pLimit(sandboxes.length);
  return await Promise.all(
    mutations.map((mutation) =>
      places(async () => {
        const sandbox = free.pop();
        if (sandbox === undefined) throw new Error('There is no copy left to try it in.');
        const { folder } = sandbox;
        const ending = await sandbox.with(mutation, () =>
          simulated({ folder, jobs, seed, only: mutation.only, sweep: mutation.sweep, sound }),
        );
        free.push(sandbox);
        const verdict = { mutation, ending };
        console.log(lineOf(verdict, width));
        return verdict;
      }),
    ),
  );
}

function chosenMutations(): Mutation[] {
  if (values.names !== undefined) {
    const names = values.names.split(',');
    const unknown = names.filter((name) => !MUTATIONS.some((it) => it.name === name));
    if (unknown.length > 0) throw new Error(`There is no mutation ${unknown.join(', ')}.`);
    return MUTATIONS.filter(({ name }) => names.includes(name));
  }
  const of = wholeNumber('of', values.of) ?? TURNS;
  if (of < 1) throw new Error('--of is at least 1.');
  const turn = wholeNumber('turn', values.turn) ?? turnOf(headCommit(), of);
  if (turn < 1 || turn > of) throw new Error(`--turn is between 1 and ${of}.`);
  const settled = MUTATIONS.filter(({ isOpen }) => isOpen !== true);
  const its = inTurn(settled, turn, of);
  console.log(`turn ${turn} of ${of}: ${its.length} of ${settled.length} mutations, seed ${seed}`);
  return its;
}

function headCommit(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} can't be "${text}": write a whole number.`);
  return Number(text);
}
