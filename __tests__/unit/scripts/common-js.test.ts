import { asCommonJs, replaced } from '../../../scripts/common-js.js';

const MADE = `import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = new URL('.', import.meta.url).pathname;
const os = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
const path = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
function first() { return path.posix.join(os.EOL.trim(), 'a'); }
function second() { return first() + 'b'; }
export { first, second as last };
`;

describe('when a module that ncc has made is to be CommonJS', () => {
  it('requires what it imported, and exports by the same names', () => {
    const exports: { first?: () => string; last?: () => string } = {};
    new Function('require', 'exports', asCommonJs(MADE))(require, exports);
    expect(Object.keys(exports)).toEqual(['first', 'last']);
    expect([exports.first?.(), exports.last?.()]).toEqual(['a', 'ab']);
  });

  it.each([
    ['another way to import', MADE.replace('createRequire as', 'Module as')],
    ['nothing exported', MADE.replace(/^export .*$/m, '')],
    ['an import more', `${MADE}import other from 'other';\n`],
    ['a use of where it stands', `${MADE}const here = import.meta.dirname;\n`],
  ])('fails rather than make half of it: %s', (_, code) => {
    expect(() => asCommonJs(code)).toThrow(/ncc/);
  });
});

describe('when a place in code is replaced', () => {
  it('fails where it is not there', () => {
    expect(replaced('a = b', /b$/, 'c')).toBe('a = c');
    expect(() => replaced('a = b', /d/, 'c')).toThrow("Nothing in ncc's module fits /d/.");
  });
});
