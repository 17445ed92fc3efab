/**
 * Builds `dist`: one bundle with every command, made by ncc, and for each entry a stub of a few lines, so that
 * the file tells command and post step apart and no variable has to.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minifySync } from '@swc/core';
import { STATE } from '../src/action/runner/environment.js';
import { COMMAND_NAMES } from '../src/command-table.js';

// Next to `dist`, so that it moves into its place in one go.
const folder = '.dist-new';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const options = ['--no-cache', '--license', 'licenses.txt', '--out', folder];
// Started by Node itself: Windows runs nothing in `.bin` without a shell.
const ncc = join('node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
execFileSync(process.execPath, [ncc, 'build', 'src/main.ts', ...options], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

// ncc's own minifier keeps every top-level name and all unused code behind it; this one drops both.
const bundle = join(folder, 'index.js');
const { code } = minifySync(readFileSync(bundle, 'utf8'), {
  module: true,
  compress: { toplevel: true, passes: 3 },
  mangle: { toplevel: true },
  format: { comments: false, asciiOnly: false },
  ecma: 2020,
});
writeFileSync(join(folder, 'bundle.js'), code);
rmSync(bundle);

// Most posts have nothing to undo, and then they don't even load the bundle. A step that restores may have work
// recorded in another step's state.
const states = [
  ...Object.values(STATE).map((name) => `process.env.STATE_${name}`),
  "(process.env.INPUT_RESTORE || 'false') !== 'false'",
];
const stubs = {
  'package.json': '{ "type": "module" }\n',
  'post.js': stub(`if (${states.join(' || ')}) `, 'postMain', '', 'warning'),
  'index.js': mainStub(''),
  ...Object.fromEntries(COMMAND_NAMES.map((command) => [`${command}.js`, mainStub(`'${command}'`)])),
};
for (const [name, text] of Object.entries(stubs)) writeFileSync(join(folder, name), text);

// Some licences have line ends of their own; the committed file has one kind.
const licenses = join(folder, 'licenses.txt');
writeFileSync(licenses, readFileSync(licenses, 'utf8').replaceAll('\r\n', '\n'));
rmSync('dist', { recursive: true, force: true });
renameSync(folder, 'dist');

function mainStub(command: string): string {
  return stub('', 'main', command, 'error');
}

/**
 * Returns the text of a stub. An old Node must be able to read it, to report that it is too old rather than an
 * error deep within the bundle: no static import, and no `await` outside a function. It loads the bundle only
 * on a Node that can run it. A post never turns a job red for that.
 */
function stub(condition: string, entry: string, argument: string, level: 'error' | 'warning'): string {
  return `const { node } = process.versions;
${condition}if (parseInt(node, 10) >= 20) import('./bundle.js').then((it) => it.${entry}(${argument}));
else {
  console.log(\`::${level} title=fly machines::This action needs Node 20 or newer, this is \${node}; what runs the workflow brings its own.\`);
  process.exitCode = ${level === 'error' ? 1 : 0};
}
`;
}
