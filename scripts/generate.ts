/**
 * Writes the action.yml files, the tables of the docs that are made from the tables in the code, and the examples of all
 * pages from their files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PAGES_WITH_TABLES, renewTables } from './doc-tables.js';
import { readExamples, renewExamples } from './examples.js';
import { actionFiles } from './generated.js';
import { readPages } from './pages.js';
import { renewSimulation } from './simulation-tables.js';

for (const [path, text] of actionFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
for (const path of PAGES_WITH_TABLES) writeFileSync(path, renewTables(path, readFileSync(path, 'utf8')));
writeFileSync('docs/simulation.md', renewSimulation(readFileSync('docs/simulation.md', 'utf8')));

const examples = readExamples();
for (const { path, text } of readPages()) writeFileSync(path, renewExamples(text, examples));
