import * as fc from 'fast-check';
import { NoOperationTraceWriter } from '../../node_modules/@actions/workflow-parser/dist/templates/trace-writer.js';
import { parseWorkflow } from '../../node_modules/@actions/workflow-parser/dist/workflows/workflow-parser.js';
import { INPUTS } from '../../src/action/inputs/table.js';
import { ActionError } from '../../src/errors.js';

// The parser's packages offer themselves to `import` alone, where Jest doesn't look: they are named by their files.
jest.mock('@actions/expressions', () => expressions('index'), { virtual: true });
jest.mock('@actions/expressions/ast', () => expressions('ast'), { virtual: true });
jest.mock('@actions/expressions/features', () => expressions('features'), { virtual: true });

/** A scalar of a workflow as GitHub hands it on: what is a number to YAML is written as one, with 15 digits at most. */
function throughYaml(scalar: string): string {
  const workflow = `on: push\njobs: { a: { runs-on: x, steps: [{ uses: ./stop, with: { exclude: ${scalar} } }] } }`;
  const { value, context } = parseWorkflow(
    { name: 'w.yml', content: workflow },
    new NoOperationTraceWriter(),
  );
  expect(context.errors.getErrors()).toEqual([]);
  const [, given = ''] = /"exclude","Value":"?([^"}]*)/.exec(JSON.stringify(value)) ?? [];
  if (!/^\d/.test(given) || given === scalar) return given;
  return Number(given)
    .toPrecision(15)
    .replace(/\.?0+(?=e|$)/, '')
    .replace('e', 'E');
}

describe('when an id is given without quotes', () => {
  const digit = fc.constantFrom(...'0123456789');
  const hex = fc.constantFrom(...'0123456789abcdef');
  const id = (length: number, of: fc.Arbitrary<string>) =>
    fc.array(of, { minLength: length, maxLength: length }).map((it) => it.join(''));
  /** Mostly such that YAML may take it for a number. */
  const ids = fc.oneof(
    id(14, hex),
    id(14, digit),
    id(13, digit).map((rest) => `0${rest}`),
    fc
      .integer({ min: 1, max: 12 })
      .chain((at) => id(13, digit).map((it) => `${it.slice(0, at)}e${it.slice(at)}`)),
  );

  it('is taken as it is, or refused where YAML has made another of it', () => {
    fc.assert(
      fc.property(ids, (text) => {
        const given = throughYaml(text);
        const read = excluded(given);
        // Zeros behind can bring a number back to the length of an id; nothing tells it from one then.
        if (given === text || /^\d{14}$/.test(given)) expect(read).toEqual([given]);
        else expect(read).toMatch(/^refused: has `.*`, which is what YAML makes of an id/);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it.each([
    ['08058490142389', '8058490142389'],
    ['9080524e610787', 'Infinity'],
    ['1234567e000012', '1.234567E+18'],
    ['148e21ea7e4689', '148e21ea7e4689'],
  ])('%s becomes %s', (text, given) => expect(throughYaml(text)).toBe(given));
});

/** What the input makes of it; its complaint where it refuses it. */
function excluded(text: string): unknown {
  try {
    return INPUTS.exclude.parse(text);
  } catch (error) {
    if (error instanceof ActionError && error.class === 'input') return `refused: ${error.message}`;
    throw error;
  }
}

function expressions(file: string): unknown {
  return jest.requireActual(`../../node_modules/@actions/expressions/dist/${file}.js`);
}
