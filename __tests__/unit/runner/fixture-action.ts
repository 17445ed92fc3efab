import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Scripts of an action that a test invents; `yaml` replaces the inputs. */
export interface FixtureAction {
  readonly main: string;
  readonly post?: string;
  readonly postIf?: string;
  readonly inputs?: string;
}

/** Writes actions into a fresh root folder, each in a folder of its name, and returns the root. */
export function writeActions(actions: Readonly<Record<string, FixtureAction>>): string {
  const root = mkdtempSync(join(tmpdir(), 'fixture-action-'));
  for (const [name, action] of Object.entries(actions)) {
    const folder = join(root, name);
    mkdirSync(folder);
    const runs = ['using: node24', 'main: main.js'];
    if (action.post !== undefined) runs.push('post: post.js');
    if (action.postIf !== undefined) runs.push(`post-if: ${action.postIf}`);
    const yaml = `name: ${name}\ninputs:\n${action.inputs ?? '  word: {}\n'}runs:\n  ${runs.join('\n  ')}\n`;
    writeFileSync(join(folder, 'action.yml'), yaml);
    writeFileSync(join(folder, 'main.js'), prelude + action.main);
    if (action.post !== undefined) writeFileSync(join(folder, 'post.js'), prelude + action.post);
  }
  return root;
}

const prelude = `const fs = require('node:fs');
const set = (file, line) => fs.appendFileSync(process.env['GITHUB_' + file], line + '\\n');
const print = (line) => fs.writeSync(1, line + '\\n');
`;
