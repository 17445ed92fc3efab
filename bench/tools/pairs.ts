import { spawnSync } from 'node:child_process';
import { median } from './figure.js';

/** A script to run as a process of its own. */
export interface Script {
  readonly node: string;
  readonly file: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Text that its output holds when it did its work. */
  readonly expect: string;
}

export interface Comparison {
  /** Median over the pairs of the script's time divided by the base's. */
  readonly ratio: number;
  /** Medians in milliseconds. */
  readonly ms: number;
  readonly baseMs: number;
  readonly pairs: number;
}

const WARM_UP = 3;

/**
 * Runs two scripts in turn, from start to exit, so that other load on the computer affects both alike; the
 * order changes from pair to pair. Throws when one fails or its output lacks the expected text.
 */
export function compareProcesses(script: Script, base: Script, pairs: number): Comparison {
  const times: { ms: number; baseMs: number }[] = [];
  for (let pair = -WARM_UP; pair < pairs; pair += 1) {
    const isFirst = pair % 2 === 0;
    const early = isFirst ? timeOf(script) : timeOf(base);
    const late = isFirst ? timeOf(base) : timeOf(script);
    if (pair >= 0) times.push(isFirst ? { ms: early, baseMs: late } : { ms: late, baseMs: early });
  }
  return {
    ratio: median(times.map(({ ms, baseMs }) => ms / baseMs)),
    ms: median(times.map(({ ms }) => ms)),
    baseMs: median(times.map(({ baseMs }) => baseMs)),
    pairs,
  };
}

function timeOf({ node, file, cwd, env, expect }: Script): number {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(node, [file], { cwd, env, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (error !== undefined) throw error;
  if (status !== 0 || !stdout.includes(expect)) {
    throw new Error(`${file} ended with ${status} and did not say "${expect}":\n${stdout}${stderr}`);
  }
  return ms;
}
