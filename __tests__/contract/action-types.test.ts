import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { actionTypes } from '../../scripts/action-types.js';
import { INPUT_NAMES, INPUTS } from '../../src/action/inputs/table.js';

/** Type of an input or output, as typesafegithub/github-actions-typing defines it. */
interface Type {
  readonly type: string;
  readonly 'allowed-values'?: readonly string[];
  readonly separator?: string;
  readonly 'list-item'?: { readonly type: string };
}

interface Types {
  readonly inputs: Readonly<Record<string, Type>>;
  readonly outputs: Readonly<Record<string, Type>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const files = [...actionTypes()].map(([path, text]) => ({
  path,
  text,
  // The file's form is what these tests check.
  types: parse(text) as Types,
  action: parse(readFileSync(join(dirname(path), 'action.yml'), 'utf8')) as Action,
}));

/** Returns whether a type takes a text, by the rules of the format. */
function admits({ type, 'allowed-values': words = [] }: Type, text: string): boolean {
  if (type === 'boolean') return text === 'true' || text === 'false';
  if (type === 'integer') return /^-?\d+$/.test(text);
  if (type === 'enum') return words.includes(text);
  return type === 'string' || type === 'list';
}

describe.each(files)('$path', ({ path, text, types, action }) => {
  it('is as `npm run generate` makes it', () => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('types each input and output of its action, and no other', () => {
    expect(Object.keys(types.inputs)).toEqual(Object.keys(action.inputs));
    expect(Object.keys(types.outputs)).toEqual(Object.keys(action.outputs));
  });

  it('has a type of the format for each, with just the keys of that type', () => {
    const KEYS: Readonly<Record<string, readonly string[]>> = {
      string: ['type'],
      boolean: ['type'],
      integer: ['type'],
      enum: ['type', 'allowed-values'],
      list: ['type', 'separator', 'list-item'],
    };
    for (const type of [...Object.values(types.inputs), ...Object.values(types.outputs)]) {
      expect(Object.keys(type)).toEqual(KEYS[type.type]);
      for (const word of type['allowed-values'] ?? []) expect(word).toEqual(expect.stringMatching(/./));
    }
  });

  it('admits the default of each input', () => {
    const refused = Object.entries(types.inputs).filter(
      ([name, type]) => !admits(type, String(action.inputs[name]?.default)),
    );
    expect(refused).toEqual([]);
  });
});

describe('when a step gives each word that a type allows', () => {
  const root = files.find(({ path }) => path === 'action-types.yml');
  const { command, ...enums } = Object.fromEntries(
    Object.entries(root?.types.inputs ?? {}).filter(([, { type }]) => type === 'enum'),
  );

  it('finds the words of inputs that take a few words only', () => {
    expect(Object.keys(enums).length).toBeGreaterThan(8);
    expect(command?.['allowed-values']).toContain('warm-up');
  });

  it.each(INPUT_NAMES.filter((name) => enums[name] !== undefined))(
    'takes those of `%s`, and no other',
    (name) => {
      const { parse: take } = INPUTS[name];
      for (const word of enums[name]?.['allowed-values'] ?? []) expect(() => take(word)).not.toThrow();
      expect(() => take('something-else')).toThrow();
    },
  );
});

it.each(INPUT_NAMES)('does not call `%s` a whole number, if it takes anything else', (name) => {
  const isInteger = files.some(({ types }) => types.inputs[name]?.type === 'integer');
  const others = ['none', 'auto', 'all', '10s', '50%', '1.5'].filter((text) => {
    try {
      INPUTS[name].parse(text);
      return true;
    } catch {
      return false;
    }
  });
  expect(isInteger ? others : []).toEqual([]);
});
