import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { PAGES_WITH_TABLES, renewTables } from '../../scripts/doc-tables.js';
import { actionFiles } from '../../scripts/generated.js';
import { renewSimulation } from '../../scripts/simulation-tables.js';
import { INPUT_GROUPS } from '../../src/action/inputs/groups.js';
import { shortHelp } from '../../src/action/inputs/help.js';
import { defaultOf, INPUT_NAMES, INPUTS, inputsOf } from '../../src/action/inputs/table.js';
import { OUTPUTS } from '../../src/action/report/outputs.js';
import { COMMAND_NAMES, leavesPost } from '../../src/command-table.js';

interface ActionFile {
  readonly inputs: Record<string, { description: string; default: string }>;
  readonly outputs: Record<string, { description: string }>;
  readonly runs: { using: string; main: string; post?: string };
}

const paths = ['action.yml', ...COMMAND_NAMES.map((command) => join(command, 'action.yml'))];
const read = (path: string) => readFileSync(path, 'utf8');
// The files are our own, made by the generator that is under test here.
const action = (path: string) => parse(read(path)) as ActionFile;

it.each([...actionFiles()])('%s is what the tables make it; else run npm run generate', (path, text) => {
  expect(read(path)).toBe(text);
});

it.each(PAGES_WITH_TABLES)('%s has the tables that the code makes; else run npm run generate', (path) => {
  expect(renewTables(path, read(path))).toBe(read(path));
});

it('each input stands in one group of docs/inputs.md', () => {
  const grouped = INPUT_GROUPS.flatMap(({ inputs }) => inputs);
  expect(grouped.toSorted()).toEqual(INPUT_NAMES.toSorted());
});

it('the page about the simulation names all checks, mistakes and faults; else run npm run generate', () => {
  expect(renewSimulation(read('docs/simulation.md'))).toBe(read('docs/simulation.md'));
});

describe.each(paths)('when a workflow uses %s', (path) => {
  const { inputs, outputs, runs } = action(path);

  it('runs files that are there, on Node 24', () => {
    expect(runs.using).toBe('node24');
    for (const file of [runs.main, ...(runs.post === undefined ? [] : [runs.post])]) {
      expect(existsSync(join(dirname(path), file))).toBe(true);
    }
  });

  it('finds a description and a default of some length behind every input', () => {
    for (const { description, default: value } of Object.values(inputs)) {
      expect(description.length).toBeGreaterThan(20);
      expect(value).not.toBe('');
      expect(typeof value).toBe('string');
    }
  });

  it('finds the same outputs everywhere', () => {
    expect(Object.keys(outputs)).toEqual(Object.keys(OUTPUTS));
  });
});

describe('when inputs are declared', () => {
  it('has them all in the root action, and in a folder those that its command reads', () => {
    expect(Object.keys(action('action.yml').inputs)).toEqual(['command', ...INPUT_NAMES]);
    for (const command of COMMAND_NAMES) {
      expect(Object.keys(action(join(command, 'action.yml')).inputs)).toEqual(inputsOf(command));
    }
  });

  it.each(['1.1', '1.2'] as const)(
    'a reader of YAML %s finds texts alone, as the tables have them',
    (version) => {
      const withoutTicks = (text: string) => text.replaceAll('`', '');
      for (const command of COMMAND_NAMES) {
        // As above.
        const { inputs, outputs } = parse(read(join(command, 'action.yml')), { version }) as ActionFile;
        for (const name of inputsOf(command)) {
          const { description, default: value } = inputs[name] ?? {};
          expect({ name, value }).toEqual({ name, value: defaultOf(name, command) });
          expect(withoutTicks(String(description))).toBe(withoutTicks(shortHelp(name, command)));
        }
        for (const [name, help] of Object.entries(OUTPUTS))
          expect(withoutTicks(String(outputs[name]?.description))).toBe(withoutTicks(help));
      }
    },
  );

  it('has a post step only where there is something to undo', () => {
    for (const command of COMMAND_NAMES) {
      expect(action(join(command, 'action.yml')).runs.post !== undefined).toBe(leavesPost(command));
    }
  });

  it.each(INPUT_NAMES)('takes the default of %s as it is declared', (name) => {
    expect(() => INPUTS[name].parse(INPUTS[name].default)).not.toThrow();
  });
});
