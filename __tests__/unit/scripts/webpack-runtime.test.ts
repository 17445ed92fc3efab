import { withoutHelpers } from '../../../scripts/webpack-runtime.js';

const MADE = `/******/ var __webpack_modules__ = ({ 7: (module, exports) => {
exports.a = __webpack_unused_export__ = exports.b = void 0;
exports.a = 1;
} });
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	throw new Error('remembers');
/******/ }
/******/ 
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = '';
/******/ 
/******/ /* webpack/runtime/compat get default export */
/******/ (() => {
/******/ 	__nccwpck_require__.n = (module) => {
/******/ 		throw new Error('n');
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	__nccwpck_require__.d = () => { throw new Error('d'); };
/******/ })();
/******/ 
var __webpack_exports__ = {};

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  i: () => (/* binding */ main),
  q: () => (/* binding */ post)
});

const external_http_namespaceObject = require('node:http');
var external_http_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_http_namespaceObject, 2);
var external_http_default = /*#__PURE__*/__nccwpck_require__.n(external_http_namespaceObject);
function main() { return [external_http_namespaceObject_0.METHODS, (external_http_default()).METHODS]; }
const post = () => __nccwpck_require__(7).a;
var __webpack_exports__main = __webpack_exports__.i;
var __webpack_exports__postMain = __webpack_exports__.q;
`;

describe('when a module that ncc has made lacks the helpers of webpack', () => {
  it('has the same exports, which read modules of Node and of packages', () => {
    const code = `${withoutHelpers(MADE)}\nreturn [__webpack_exports__main, __webpack_exports__postMain];`;
    const [main, post] = new Function('require', code)(() => ({ METHODS: ['GET'] }));
    expect(main()).toEqual([['GET'], ['GET']]);
    expect(post()).toBe(1);
    expect(code).not.toContain('void 0');
  });

  it.each([
    [
      'a table of exports that is not there',
      MADE.replace('(__webpack_exports__, {', '(others, {'),
      "Nothing in ncc's module",
    ],
    [
      'an export of something else',
      MADE.replace('/* binding */ main', '/* reexport */ main'),
      '__webpack_exports__.i',
    ],
    ['a helper that is still called', `${MADE}__nccwpck_require__.r(module);\n`, '__nccwpck_require__.r'],
    ['a package that is loaded twice', `${MADE}__nccwpck_require__(7);\n`, 'twice: 7,7'],
    [
      'a package in place of a module of Node',
      MADE.replace('.n(external_http', '.n(package_http'),
      '__nccwpck_require__.n',
    ],
  ])('fails rather than make half of it: %s', (_, code, expected) => {
    expect(() => withoutHelpers(code)).toThrow(expected);
  });
});
