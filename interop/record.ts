import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable, renewMarked } from '../scripts/marked-table.js';

const PAGE = 'docs/interop.md';
const FOLDER = 'INTEROP_RECORDS';

/** A row of docs/interop.md: the same on every run with the same seed, so without times and paths. */
export interface Comparison {
  /** Part of ours that was compared, such as `decode`. */
  readonly compared: string;
  /** Its counterpart with its version, such as `superfly/macaroon v0.3.0`. */
  readonly against: string;
  readonly cases: number;
  /** Result in a few words, such as `agree`. */
  readonly result: string;
}

/** Adds a row to the page that a run writes when all has passed. A test that runs by itself records nothing. */
export function record(comparison: Comparison): void {
  const folder = process.env[FOLDER];
  if (folder === undefined) return;
  const name = `${comparison.compared}-${comparison.against}`.replaceAll(/[^a-z0-9.]+/gi, '-');
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(comparison));
}

/**
 * Runs a program's checks with a folder for their records, and renews its table in docs/interop.md when they
 * passed. `check` gets the environment that its processes need and returns the exit code.
 */
export async function runRecorded(
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
  // The cast is safe: `record` wrote these files in the same run.
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Comparison);
}

function renewPage(run: string, rows: readonly Comparison[]): void {
  if (rows.length === 0) throw new Error(`${run} passed but compared nothing: no row to write`);
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

/** Renews the text between the markers of a name on the page; `made` is the command that makes it. */
export function renewSection(name: string, made: string, content: string): void {
  writeFileSync(PAGE, renewMarked(readFileSync(PAGE, 'utf8'), name, made, content));
}
