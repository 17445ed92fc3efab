/**
 * Writes the action.yml files and the tables of the README and of docs/simulation.md from the tables in the code, and the
 * examples of all pages from their files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readExamples, renewExamples } from './examples.js';
import { actionFiles, renewReadme } from './generated.js';
import { readPages } from './pages.js';
import { renewSimulation } from './simulation-tables.js';

for (const [path, text] of actionFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
writeFileSync('README.md', renewReadme(readFileSync('README.md', 'utf8')));
writeFileSync('docs/simulation.md', renewSimulation(readFileSync('docs/simulation.md', 'utf8')));

const examples = readExamples();
for (const { path, text } of readPages()) writeFileSync(path, renewExamples(text, examples));
