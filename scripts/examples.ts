import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './pages.js';

/** Folder of the workflows that people copy. */
export const EXAMPLES = 'examples';
const EMBEDDED = /<!-- example: (?<name>\S+\.yml)(?: (?<part>[\w-]+))? -->\n.*?<!-- end of example -->/gs;

/** A workflow that people copy. */
export interface Example {
  /** File name, such as `stop-idle.yml`. */
  readonly name: string;
  readonly text: string;
}

/** True for an example that starts a Fly of its own in its job, so that only a whole engine can run it. */
export function bringsFly({ text }: Example): boolean {
  return text.includes('/.github/actions/emulator@');
}

/** Reads all examples, sorted by name. */
export function readExamples(): readonly Example[] {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yml'));
  return names.sort().map((name) => ({ name, text: readFileSync(join(EXAMPLES, name), 'utf8') }));
}

/**
 * Renews the examples of a page. The marker `<!-- example: stop-idle.yml -->` embeds the file whole, and
 * `<!-- example: stop-idle.yml steps -->` only its first block under the key `steps`; `<!-- end of example -->` ends
 * both. Throws when there is no such file or key.
 */
export function renewExamples(page: string, examples: readonly Example[]): string {
  return page.replace(EMBEDDED, (marked, name: string, part?: string) => {
    const [marker = ''] = marked.split('\n', 1);
    const example = examples.find((it) => it.name === name);
    if (example === undefined) throw new Error(`${EXAMPLES}/${name} is embedded in a page and is not there`);
    const text = part === undefined ? example.text : blockOf(example, part);
    return `${marker}\n\`\`\`yaml\n${text.trimEnd()}\n\`\`\`\n<!-- end of example -->`;
  });
}

/** Returns a page without the examples in it, which are looked at as files. */
export function withoutExamples(page: Page): Page {
  return { ...page, text: page.text.replace(EMBEDDED, '') };
}

/** Returns the lines from a key to the end of its block, as far left as they can stand. */
function blockOf({ name, text }: Example, key: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
  if (start < 0) throw new Error(`${EXAMPLES}/${name} has no ${key}`);
  const indent = indentOf(lines[start] ?? '');
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= indent);
  const block = [lines[start] ?? '', ...rest.slice(0, end < 0 ? rest.length : end)];
  return block.map((line) => line.slice(indent)).join('\n');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
