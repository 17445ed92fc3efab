import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAction } from '../../node_modules/@actions/workflow-parser/dist/actions/action-parser.js';
import { NoOperationTraceWriter } from '../../node_modules/@actions/workflow-parser/dist/templates/trace-writer.js';

// The parser's packages offer themselves to `import` alone, where Jest doesn't look: they are named by their files.
jest.mock('@actions/expressions', () => expressions('index'), { virtual: true });
jest.mock('@actions/expressions/ast', () => expressions('ast'), { virtual: true });
jest.mock('@actions/expressions/features', () => expressions('features'), { virtual: true });

const paths = ['.', join('.github', 'actions')]
  .flatMap((folder) => [folder, ...readdirSync(folder).map((name) => join(folder, name))])
  .map((folder) => join(folder, 'action.yml'))
  .filter((path) => existsSync(path));

/** What GitHub's own schema, as its editors use it, has against an action's file; it takes unknown keys of an input. */
function faults(content: string): string[] {
  const { context } = parseAction({ name: 'action.yml', content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message.replace(/^.*?\): /, ''));
}

it('finds the root action and those in folders', () => {
  expect(paths).toEqual(
    expect.arrayContaining(['action.yml', join('auth', 'action.yml'), join('list', 'action.yml')]),
  );
  expect(paths).toContain(join('.github', 'actions', 'emulator', 'action.yml'));
});

it.each(paths)("%s is what GitHub's schema of actions allows", (path) => {
  expect(faults(readFileSync(path, 'utf8'))).toEqual([]);
});

describe('when an action departs from the schema', () => {
  const root = readFileSync('action.yml', 'utf8');

  it.each([
    ['a Node that GitHub has not', 'using: node24', 'using: node99', "Unexpected value 'node99'"],
    ['no entry', /^ {2}main: .*\n/m, '', 'Required property is missing: main'],
    ['a misspelt key', 'post: dist', 'posts: dist', "Unexpected value 'posts'"],
    ['no description', /^description: .*\n/m, '', 'Required property is missing: description'],
    ['an icon that is not there', 'icon: server', 'icon: machine', "Unexpected value 'machine'"],
    ['a colour that is not there', 'color: purple', 'color: mauve', "Unexpected value 'mauve'"],
    [
      'a list of inputs',
      /^inputs:\n.*^outputs:/ms,
      'inputs: [token]\noutputs:',
      'A sequence was not expected',
    ],
  ])('is told of %s', (_, from, to, fault) => {
    expect(faults(root.replace(from, to))).toEqual([fault]);
  });
});

function expressions(file: string): unknown {
  return jest.requireActual(`../../node_modules/@actions/expressions/dist/${file}.js`);
}
