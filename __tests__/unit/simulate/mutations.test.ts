import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { MUTATIONS } from '../../../simulate/mutations/list/list.js';
import { type Mutation, mutated } from '../../../simulate/mutations/mutation.js';

const example: Mutation = {
  name: 'example',
  tells: 'Nothing is counted.',
  file: 'src/count.ts',
  search: 'count += 1',
  replace: 'count += $&',
  found: ['outcome'],
};

function problemsOf(text: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('when a mistake is put into a file', () => {
  it('replaces the one place, and by the very text', () => {
    expect(mutated('a; count += 1; b', example)).toBe('a; count += $&; b');
  });

  it('refuses a text that has moved on, or stands there twice', () => {
    expect(() => mutated('a; b', example)).toThrow(
      'example: what it replaces stands in src/count.ts 0 times, not once.',
    );
    expect(() => mutated('count += 1; count += 1', example)).toThrow('2 times, not once.');
  });
});

describe('the mistakes that the simulation has to find', () => {
  it('are some, each with a name and words of its own', () => {
    expect(MUTATIONS.filter(({ isOpen }) => isOpen !== true).length).toBeGreaterThanOrEqual(30);
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
    expect(new Set(MUTATIONS.map(({ tells }) => tells)).size).toBe(MUTATIONS.length);
    expect(MUTATIONS.filter(({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(MUTATIONS.filter(({ tells, found }) => !tells.endsWith('.') || found.length === 0)).toEqual([]);
  });

  it.each(MUTATIONS)('still fit: $name', (mutation) => {
    const text = readFileSync(mutation.file, 'utf8');
    const wrong = mutated(text, mutation);
    expect(wrong).not.toBe(text);
    expect(problemsOf(wrong)).toEqual([]);
  });
});
