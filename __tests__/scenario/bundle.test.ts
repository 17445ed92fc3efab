import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { COMMAND_NAMES } from '../../src/command-table.js';

const files = readdirSync('dist');
const textOf = (file: string) => readFileSync(join('dist', file), 'utf8');

/** The sentences in a source file, which no other file has by chance. */
function sentencesIn(path: string): string[] {
  const source = readFileSync(path, 'utf8').replaceAll(/^\s*(import|export \*|\/\/|\/?\*).*$/gm, '');
  const texts = [...source.matchAll(/(['`])((?:(?!\1)[^\\\n$]){14,}?)\1/g)].map(([, , text = '']) => text);
  return texts.filter((text) => /\w \w/.test(text));
}

describe('When dist is looked at', () => {
  it.each(['mint', 'seal', 'verify'])('holds nothing of src/macaroon/%s.ts', (name) => {
    const sentences = sentencesIn(`src/macaroon/${name}.ts`);
    expect(sentences.length).toBeGreaterThan(0);
    expect(sentences.filter((text) => files.some((file) => textOf(file).includes(text)))).toEqual([]);
  });

  it('holds nothing that encrypts', () => {
    const words = ['chacha20', 'poly1305', 'createCipher', 'createDecipher', 'mintDischarge'];
    const bundle = textOf('bundle.js').toLowerCase();
    expect(words.filter((word) => bundle.includes(word.toLowerCase()))).toEqual([]);
    // What the action does hold is found by the same search.
    expect(bundle.includes('.well-known/macfly/3p')).toBe(true);
    expect(
      sentencesIn('src/machines/api/refusals.ts').some((text) => textOf('bundle.js').includes(text)),
    ).toBe(true);
  });

  it('has the licence of every package in it beside it, and none that is for development alone', () => {
    const { dependencies, devDependencies }: Record<'dependencies' | 'devDependencies', object> = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    const licences = textOf('licenses.txt').split(/\r?\n/);
    for (const name of Object.keys(dependencies)) expect(licences).toContain(name);
    expect(Object.keys(devDependencies).filter((name) => licences.includes(name))).toEqual([]);
    expect(textOf('bundle.js')).not.toMatch(/JOSEError|ERR_JWT|RS256/);
  });

  it('has an entry for each command, which names no other, and one for the post step', () => {
    for (const command of COMMAND_NAMES) {
      const named = COMMAND_NAMES.filter((it) => textOf(`${command}.js`).includes(`'${it}'`));
      expect(named).toEqual([command]);
    }
    const entries = ['bundle.js', 'index.js', 'licenses.txt', 'old-node.js', 'package.json', 'post.js'];
    expect(files.sort()).toEqual([...entries, ...COMMAND_NAMES.map((it) => `${it}.js`)].sort());
  });

  it.each([...COMMAND_NAMES.map((it) => `${it}.js`), 'index.js', 'post.js'])(
    'tells an old Node for what it is, in words that it can read: %s',
    (entry) => {
      const said: string[] = [];
      const old = { versions: { node: '16.20.2' }, env: { STATE_restore: 'x' }, exitCode: undefined };
      const loaded: string[] = [];
      const context = createContext({
        process: old,
        console: { log: (line: string) => said.push(line) },
        require: (path: string) => {
          loaded.push(path);
          return runInContext(`(() => { const exports = {}; ${textOf(path)}; return exports; })()`, context);
        },
      });
      // As a script, which knows neither static imports nor `await` at its top.
      runInContext(textOf(entry), context);
      expect(loaded).toEqual(['./old-node.js']);
      const level = entry === 'post.js' ? 'warning' : 'error';
      expect(said).toEqual([
        expect.stringMatching(
          `^::${level} .*needs Node 20 or newer, this is 16\\.20\\.2; what runs the workflow`,
        ),
      ]);
      expect(old.exitCode ?? 0).toBe(entry === 'post.js' ? 0 : 1);
    },
  );

  it('does not tell where it was built', () => {
    expect(files.filter((file) => textOf(file).includes(process.cwd()))).toEqual([]);
  });
});
