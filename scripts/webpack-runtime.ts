import { replaced } from './common-js.js';

const HELPER = String.raw`(?:/\*#__PURE__\*/ ?)?__nccwpck_require__`;
/** Part of webpack's runtime that makes one helper, under its title. */
const PART =
  /^\/\*+\/ \/\* webpack\/runtime\/[\w ]+ \*\/\n\/\*+\/ \(\(\) => \{\n[\s\S]*?^\/\*+\/ \}\)\(\);\n/gm;

/** Line by which TypeScript's compiler tells what a CommonJS module is to export, before it does. */
const PREAMBLE = /^(?:(?:exports\.\w+|__webpack_unused_export__) = )+void 0;$/gm;
/** Webpack's own `require`, which keeps what it has loaded for the next who asks. */
const REQUIRE = /^\/\*+\/ \/\/ The module cache$[\s\S]*?^\/\*+\/ \}$/m;
/** The same where each module is asked for once. */
const REQUIRE_ONCE = `function __nccwpck_require__(id) {
  const module = { exports: {} };
  __webpack_modules__[id](module, module.exports, __nccwpck_require__);
  return module.exports;
}`;

/**
 * Returns a module that ncc has made, without the helpers by which webpack lets modules of one kind import those of the other,
 * and without its memory of packages that are loaded once. What is imported in that way is Node's own: `require` returns the object that a default import and a namespace stand for.
 * Throws where the module has another form than is known here.
 */
export function withoutHelpers(code: string): string {
  const bound = new Map<string, string>();
  const withoutTable = replaced(
    code,
    /^__nccwpck_require__\.d\(__webpack_exports__, \{\n([\s\S]*?)\n\}\);$/m,
    (_, rows) => {
      for (const [, key = '', binding = ''] of rows.matchAll(
        /^ *(\w+): \(\) => \(\/\* binding \*\/ (\w+)\),?$/gm,
      ))
        bound.set(key, binding);
      return '';
    },
  );
  const direct = withoutTable
    .replace(
      /(?<=^var \w+ = )__webpack_exports__\.(\w+)(?=;$)/gm,
      (whole, key: string) => bound.get(key) ?? whole,
    )
    .replace(new RegExp(String.raw`${HELPER}\.t\((external_\w+), 2\)`, 'g'), '$1')
    .replace(new RegExp(String.raw`${HELPER}\.n\((external_\w+)\)`, 'g'), '(() => $1)');
  const asked = [...direct.matchAll(/\b__nccwpck_require__\((\d+)\)/g)].map(([, id]) => id);
  if (new Set(asked).size < asked.length)
    throw new Error(`The module of ncc loads a package twice: ${asked}.`);
  const whole = replaced(direct, REQUIRE, REQUIRE_ONCE).replace(PART, '').replace(PREAMBLE, '');
  const left = /(?:__nccwpck_require__\.(?!ab\b)|__webpack_exports__\.)\w+/.exec(whole);
  if (left !== null) throw new Error(`The module of ncc still reads ${left[0]}.`);
  return whole;
}
