/** Writes the action.yml files and the README's tables from the tables in the code. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { actionFiles, renewReadme } from './generated.js';

for (const [path, text] of actionFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
writeFileSync('README.md', renewReadme(readFileSync('README.md', 'utf8')));
