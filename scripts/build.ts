/**
 * Builds `dist`: one bundle with every command, made by ncc, and a stub of a few lines for each entry, so that
 * command and post step are told apart by file and not by a variable.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND_NAMES, STATE } from '../src/action/commands.js';

const bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
const ncc = join('node_modules', '.bin', 'ncc');
execFileSync(
  ncc,
  ['build', 'src/main.ts', '--no-cache', '--minify', '--license', 'licenses.txt', '--out', bundle],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
cpSync(join(bundle, 'index.js'), 'dist/bundle.js');
cpSync(join(bundle, 'licenses.txt'), 'dist/licenses.txt');
rmSync(bundle, { recursive: true });
writeFileSync('dist/package.json', '{ "type": "module" }\n');
writeFileSync('dist/index.js', "import { main } from './bundle.js';\n\nawait main();\n");
for (const command of COMMAND_NAMES) {
  writeFileSync(`dist/${command}.js`, `import { main } from './bundle.js';\n\nawait main('${command}');\n`);
}
// Most posts have nothing to undo, and then the bundle isn't even read.
const states = Object.values(STATE).map((name) => `process.env.STATE_${name}`);
writeFileSync('dist/post.js', `if (${states.join(' || ')}) (await import('./bundle.js')).post();\n`);
