import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const YAML = /^```yaml\n(?<text>.*?)^```$/gms;

/** A Markdown page of this repository. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Reads all pages: those at the root, and those under `docs`. */
export function readPages(): readonly Page[] {
  const root = readdirSync('.');
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((path) => join('docs', path));
  const paths = [...root, ...docs].filter((path) => path.endsWith('.md'));
  return paths.sort().map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** Returns the YAML blocks of a page in their order. */
export function yamlBlocks({ text }: Page): readonly string[] {
  return [...text.matchAll(YAML)].map(({ groups }) => groups?.['text'] ?? '');
}

/**
 * Returns a block as a whole workflow: jobs or steps alone get the missing frame. Returns undefined for YAML of another
 * kind, such as the settings of a bot.
 */
export function wholeWorkflow(block: string): string | undefined {
  const parsed: unknown = parse(block);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if ('on' in parsed) return block;
  const whole = completed(parsed);
  return whole === undefined ? undefined : stringify(whole);
}

function completed(part: object): object | undefined {
  if (Array.isArray(part)) return completed({ steps: part });
  if ('steps' in part) return completed({ jobs: { job: { 'runs-on': 'ubuntu-latest', ...part } } });
  return 'jobs' in part ? { on: 'push', ...part } : undefined;
}
