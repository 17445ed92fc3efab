/**
 * Builds `dist`: one bundle with every command, made by ncc, and for each entry a stub of a few lines, so that
 * the file tells command and post step apart and no variable has to.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minifySync } from '@swc/core';
import ncc from '@vercel/ncc';
import { STATE } from '../src/action/runner/environment.js';
import { COMMAND_NAMES } from '../src/command-table.js';
import { withShortUndefined } from './short-undefined.js';
import { withoutUnnamedMethods } from './unnamed-methods.js';

/** Name that stands for `undefined` in the bundle, and for nothing else there. */
const UNDEFINED = '$';

// Next to `dist`, so that it moves into its place in one go.
const folder = '.dist-new';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
// By its own interface, since the command line can't ask for the modules of packages that have both: unlike their
// CommonJS, what isn't used of those is left out.
const { code: whole, assets } = await ncc(join(process.cwd(), 'src', 'main.ts'), {
  cache: false,
  esm: true,
  license: 'licenses.txt',
  mainFields: ['module', 'main'],
  quiet: true,
});

// The toolkit makes a summary when it is loaded, which nothing here uses: without the mark it would stay.
const marked = whole.replace('= new Summary()', '= /*#__PURE__*/ new Summary()');
writeFileSync(join(folder, 'bundle.js'), withShortUndefined(minified(lean(marked), true), UNDEFINED));

// Most posts have nothing to undo, and then they don't even load the bundle. A step that restores may have work
// recorded in another step's state.
const states = [
  ...Object.values(STATE).map((name) => `process.env.STATE_${name}`),
  "(process.env.INPUT_RESTORE || 'false') !== 'false'",
];
const stubs = {
  'package.json': '{ "type": "module" }\n',
  'old-node.js': oldNode(),
  'post.js': `if (${states.join(' || ')}) ${stub('postMain', '')}`,
  'index.js': stub('main', ''),
  ...Object.fromEntries(COMMAND_NAMES.map((command) => [`${command}.js`, stub('main', `'${command}'`)])),
};
for (const [name, text] of Object.entries(stubs)) writeFileSync(join(folder, name), text);

// Some licences have line ends of their own; the committed file has one kind.
const licenses = String(assets['licenses.txt']?.source ?? '').replaceAll('\r\n', '\n');
writeFileSync(join(folder, 'licenses.txt'), licenses);
rmSync('dist', { recursive: true, force: true });
renameSync(folder, 'dist');

/** Drops unused code until there is none: methods that only such code names are found only when that is gone. */
function lean(code: string): string {
  const used = minified(code, false);
  const rest = withoutUnnamedMethods(used);
  return rest === used ? used : lean(rest);
}

/**
 * Returns code without what is unused, short in all but, unless asked for, its names. ncc's own minifier keeps every
 * top-level name and all unused code behind it; this one drops both.
 */
function minified(code: string, shortNames: boolean): string {
  return minifySync(code, {
    module: true,
    // A function becomes an arrow where it has neither `this` nor `arguments`; none of those is called with `new`.
    compress: { toplevel: true, passes: 3, ecma: 2022, unsafe_arrows: true },
    mangle: shortNames && { toplevel: true, reserved: [UNDEFINED] },
    format: { comments: false, asciiOnly: false },
    ecma: 2022,
  }).code;
}

/**
 * Returns the text of a stub. An old Node must be able to read it, to report that it is too old rather than an
 * error deep within the bundle: no static import, and no `await` outside a function. It loads the bundle only
 * on a Node that can run it, and what stands in for the bundle on all others.
 */
function stub(entry: 'main' | 'postMain', argument: string): string {
  return `import(parseInt(process.versions.node, 10) < 20 ? './old-node.js' : './bundle.js').then((it) => it.${entry}(${argument}));\n`;
}

/** Returns the text of the module with the bundle's entries for an old Node. A post never turns a job red for that. */
function oldNode(): string {
  return `const tell = (level) =>
  console.log(\`::\${level} title=fly machines::This action needs Node 20 or newer, this is \${process.versions.node}; what runs the workflow brings its own.\`);

export function main() {
  tell('error');
  process.exitCode = 1;
}

export function postMain() {
  tell('warning');
}
`;
}
