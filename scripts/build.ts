/**
 * Builds `dist`: one bundle with every command, made by ncc, and a stub of a few lines for each entry, so that
 * command and post step are told apart by file and not by a variable.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minifySync } from '@swc/core';
import { COMMAND_NAMES, STATE } from '../src/action/commands.js';

// Beside `dist`, so that it can be moved into its place in one go.
const folder = '.dist-new';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const options = ['--no-cache', '--license', 'licenses.txt', '--out', folder];
// By Node itself: Windows starts nothing of `.bin` without a shell.
const ncc = join('node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
execFileSync(process.execPath, [ncc, 'build', 'src/main.ts', ...options], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

// ncc's own minifier keeps every top-level name and all that is unused behind them; this one drops both.
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

// Most posts have nothing to undo, and then the bundle isn't even read. Whose step restores may owe what another's state says.
const states = [
  ...Object.values(STATE).map((name) => `process.env.STATE_${name}`),
  "(process.env.INPUT_RESTORE || 'false') !== 'false'",
];
const stubs = {
  'package.json': '{ "type": "module" }\n',
  'post.js': stub(`if (${states.join(' || ')}) `, 'post', '', 'warning'),
  'index.js': mainStub(''),
  ...Object.fromEntries(COMMAND_NAMES.map((command) => [`${command}.js`, mainStub(`'${command}'`)])),
};
for (const [name, text] of Object.entries(stubs)) writeFileSync(join(folder, name), text);

// Some licences come with line ends of their own; what is committed has one kind.
const licenses = join(folder, 'licenses.txt');
writeFileSync(licenses, readFileSync(licenses, 'utf8').replaceAll('\r\n', '\n'));
rmSync('dist', { recursive: true, force: true });
renameSync(folder, 'dist');

function mainStub(command: string): string {
  return stub('', 'main', command, 'error');
}

/**
 * What an old Node can read as well, so that it is told for what it is, rather than by an error from deep within the
 * bundle, which is read only where it can run: no static import, and no `await` outside of a function. A job isn't red
 * for its post.
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
