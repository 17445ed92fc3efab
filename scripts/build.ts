/**
 * Builds `dist`: one bundle with every command, made by ncc, and for each entry a stub of a few lines, so that
 * the file tells command and post step apart and no variable has to.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as swc from '@swc/core';
import ncc from '@vercel/ncc';
import * as oxc from 'oxc-minify';
import { STATE } from '../src/action/runner/environment.js';
import { COMMAND_NAMES } from '../src/command-table.js';
import { nodeFileSystem } from '../src/files/file-system.js';
import { patiently } from '../src/files/patience.js';
import { asCommonJs, replaced } from './common-js.js';
import { licensesOnce } from './licenses.js';
import { withPlainEnums } from './plain-enums.js';
import { withShortUndefined } from './short-undefined.js';
import { withoutUnnamedMethods } from './unnamed-methods.js';
import { withoutHelpers } from './webpack-runtime.js';

/**
 * Methods that the project calls of a package's class, by the name that ncc gives it. The type `Client` in src says the same of the
 * HTTP client; schemas are made when the bundle is loaded, which fails where one of them calls more, and call none of these to read a value.
 */
const CALLED = { lib_HttpClient: ['requestRawWithCallback'], ObjectType: [], ArrayOrTupleType: [] };
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

// The toolkit makes a summary when it is loaded, and looks for the functions to write it, for which Node loads a good deal
// of its own. Nothing here uses either: without the marks both would stay.
const marked = replaced(
  replaced(whole, /= new Summary\(\)/, '= /*#__PURE__*/ new Summary()'),
  /^const \{ access, appendFile, writeFile \} = \w+\.promises;$/m,
  '',
);
const code = withShortUndefined(
  withShortNames(shorter(lean(asCommonJs(withoutHelpers(withPlainEnums(marked)))))),
  UNDEFINED,
);
writeFileSync(join(folder, 'bundle.js'), `"use strict";${code}`);

// Most posts have nothing to undo, and then they don't even load the bundle. A step that restores may have work
// recorded in another step's state.
const states = [
  ...Object.values(STATE).map((name) => `process.env.STATE_${name}`),
  "(process.env.INPUT_RESTORE || 'false') !== 'false'",
];
const stubs = {
  'package.json': '{ "type": "commonjs" }\n',
  'old-node.js': oldNode(),
  'post.js': `if (${states.join(' || ')}) ${stub('postMain', '')}`,
  'index.js': stub('main', ''),
  ...Object.fromEntries(COMMAND_NAMES.map((command) => [`${command}.js`, stub('main', `'${command}'`)])),
};
for (const [name, text] of Object.entries(stubs)) writeFileSync(join(folder, name), text);

const licenses = licensesOnce(String(assets['licenses.txt']?.source ?? ''));
writeFileSync(join(folder, 'licenses.txt'), licenses);
rmSync('dist', { recursive: true, force: true });
// Windows refuses it for a moment where a scanner still reads what is new.
patiently(() => renameSync(folder, 'dist'), nodeFileSystem.pause);

/** Drops unused code until there is none: methods that only such code names are found only when that is gone. */
function lean(code: string): string {
  const used = withoutUnused(code);
  const rest = withoutUnnamedMethods(used, CALLED);
  return rest === used ? used : lean(rest);
}

/** Returns code without what is unused. ncc's own minifier keeps every top-level name and all unused code behind it. */
function withoutUnused(code: string): string {
  return bySwc(code, {
    compress: {
      toplevel: true,
      passes: 3,
      ecma: 2022,
      // A function becomes an arrow where it has neither `this` nor `arguments`; none of those is called with `new`.
      unsafe_arrows: true,
      // What doesn't change is more to the next minifier than what might.
      const_to_let: false,
      pure_funcs: ['require'],
      // Statements pack better than what is joined by commas.
      sequences: false,
    },
    mangle: false,
  });
}

/** Returns lean code as a second minifier writes it: it finds shorter forms, but leaves more that is unused. */
function shorter(code: string): string {
  const found = oxc.minifySync('bundle.js', code, { module: true, compress: true, mangle: false });
  if (found.errors.length > 0) throw new Error(found.errors.map(({ message }) => message).join('\n'));
  return found.code;
}

/** Returns code with short names: those of the other minifier pack worse. */
function withShortNames(code: string): string {
  return bySwc(code, { compress: false, mangle: { toplevel: true, reserved: [UNDEFINED] } });
}

function bySwc(code: string, options: swc.JsMinifyOptions): string {
  const format = { comments: false, asciiOnly: false } as const;
  return swc.minifySync(code, { module: true, ecma: 2022, format, ...options }).code;
}

/**
 * Returns the text of a stub. An old Node must be able to read it, to report that it is too old rather than an
 * error deep within the bundle. It loads the bundle only on a Node that can run it, and what stands in for the bundle
 * on all others.
 */
function stub(entry: 'main' | 'postMain', argument: string): string {
  return `require(parseInt(process.versions.node, 10) < 20 ? './old-node.js' : './bundle.js').${entry}(${argument});\n`;
}

/** Returns the text of the module with the bundle's entries for an old Node. A post never turns a job red for that. */
function oldNode(): string {
  return `const tell = (level) =>
  console.log(\`::\${level} title=fly machines::This action needs Node 20 or newer, this is \${process.versions.node}; what runs the workflow brings its own.\`);

exports.main = () => {
  tell('error');
  process.exitCode = 1;
};

exports.postMain = () => tell('warning');
`;
}
