import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { npm, npmScript } from '../../../scripts/npm.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a folder of Nodes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a script where npm has one. */
function put(...place: string[]): string {
  const path = join(folder, ...place, 'node_modules', 'npm', 'bin', 'npm-cli.js');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

describe('when a script needs npm', () => {
  it('is the one that runs it, by the same Node, where no program is on the PATH', () => {
    const { status, stdout } = npm(['--version'], { env: { ...process.env, PATH: folder } });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\s*$/) });
  });

  it.each<[string, string, string[]]>([
    ['as Windows has it', 'node.exe', []],
    ['as others have it', 'bin/node', ['lib']],
  ])('is else the one that came with Node, %s', (_, node, place) => {
    const script = put(...place);
    for (const env of [
      {},
      { npm_execpath: join(folder, 'gone', 'npm-cli.js') },
      { npm_execpath: '/x/pnpm.cjs' },
    ])
      expect(npmScript(join(folder, ...node.split('/')), env)).toBe(script);
  });

  it('says what to do where there is none', () => {
    expect(() => npmScript(join(folder, 'node'), {})).toThrow(
      /neither what runs this nor beside .*`npm run`/,
    );
  });
});
