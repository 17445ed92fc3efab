/**
 * Writes the name of this repository wherever a page or workflow has it, the action.yml files and the types beside them, the tables of the docs that are made from the tables in the code, and the examples of all
 * pages from their files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { actionTypes } from './action-types.js';
import { PAGES_WITH_TABLES, renewTables } from './doc-tables.js';
import { readExamples, renewExamples } from './examples.js';
import { actionFiles } from './generated.js';
import { readPages } from './pages.js';
import { filesWithRepository, REPOSITORY, withRepository } from './repository.js';
import { renewSimulation } from './simulation-tables.js';

for (const path of filesWithRepository())
  writeFileSync(path, withRepository(readFileSync(path, 'utf8'), REPOSITORY));
for (const [path, text] of [...actionFiles(), ...actionTypes()]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
for (const path of PAGES_WITH_TABLES) writeFileSync(path, renewTables(path, readFileSync(path, 'utf8')));
writeFileSync('docs/simulation.md', renewSimulation(readFileSync('docs/simulation.md', 'utf8')));

const examples = readExamples();
for (const { path, text } of readPages()) writeFileSync(path, renewExamples(text, examples));
