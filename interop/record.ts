import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable, renewMarked } from '../scripts/marked-table.js';

const PAGE = 'docs/interop.md';
const FOLDER = 'INTEROP_RECORDS';

/** One row of docs/interop.md: the same on every run with the same seed, so no times and no paths. */
export interface Comparison {
  /** What of ours was compared, such as `decode`. */
  readonly compared: string;
  /** With what and which version of it, such as `superfly/macaroon v0.3.0`. */
  readonly against: string;
  readonly cases: number;
  /** What came out, in a few words, such as `agree`. */
  readonly result: string;
}

/** Adds a row to the page that the run writes when all has passed; a test that is run by itself records nothing. */
export function record(comparison: Comparison): void {
  const folder = process.env[FOLDER];
  if (folder === undefined) return;
  const name = `${comparison.compared}-${comparison.against}`.replaceAll(/[^a-z0-9.]+/gi, '-');
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(comparison));
}

/**
 * Runs a program's checks with a place for their records, and renews its table in docs/interop.md when they passed;
 * `check` gives the exit code and gets the environment that its processes need.
 */
export async function recorded(
  run: string,
  check: (env: NodeJS.ProcessEnv) => number | Promise<number>,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'interop-'));
  process.env[FOLDER] = folder;
  try {
    const exitCode = await check({ [FOLDER]: folder });
    if (exitCode === 0) renewPage(run, readRecords(folder));
    return exitCode;
  } finally {
    delete process.env[FOLDER];
    rmSync(folder, { recursive: true });
  }
}

function readRecords(folder: string): readonly Comparison[] {
  // What is read here was written by `record` of the same run.
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Comparison);
}

function renewPage(run: string, rows: readonly Comparison[]): void {
  if (rows.length === 0) throw new Error(`${run} passed without having compared anything`);
  const table = markdownTable(
    ['compared', 'with', 'cases', 'result'],
    rows.map(({ compared, against, cases, result }) => [
      compared,
      against,
      cases.toLocaleString('en-US'),
      result,
    ]),
  );
  renewSection(run, run, table);
}

/** Renews what stands between the markers of a name on the page; `made` is the command that does so. */
export function renewSection(name: string, made: string, content: string): void {
  writeFileSync(PAGE, renewMarked(readFileSync(PAGE, 'utf8'), name, made, content));
}
