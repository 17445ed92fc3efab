import { minifySync } from '@swc/core';
import { withPlainEnums } from '../../../scripts/plain-enums.js';

const ENUM = `var Codes;
(function (Codes) {
    // Two of many.
    Codes[Codes["OK"] = 200] = "OK";
    Codes[Codes["Gone"] = 410] = "Gone";
})(Codes || (Codes = {}));
var Names;
(function (Inner) {
    /** One word. */
    Inner["Accept"] = "accept";
})(Names || (Names = {}));
const Fine = [
    Codes.OK,
    Codes.Gone
];
`;

function minified(code: string): string {
  return minifySync(withPlainEnums(code), { module: true, compress: { toplevel: true, passes: 3 } }).code;
}

/** Returns what a module's last expression comes to. */
function resultOf(code: string): unknown {
  return new Function(`${code}; return value;`)();
}

describe('when a package has an enum', () => {
  it('is dropped with its lists where nothing reads it', () => {
    expect(minified(`${ENUM}console.log(1);`)).toBe('console.log(1);');
  });

  it.each([
    ['Codes.OK', 200],
    ['Codes[410]', 'Gone'],
    ['[Fine, Codes.OK]', [[200, 410], 200]],
    ['Names', { Accept: 'accept' }],
    ['Object.keys(Codes)', ['200', '410', 'OK', 'Gone']],
  ])('stays as it was where something does: %s', (expression, value) => {
    const code = `${ENUM}var value = ${expression};`;
    expect(withPlainEnums(code)).not.toBe(code);
    expect(resultOf(withPlainEnums(code))).toEqual(value);
    expect(resultOf(code)).toEqual(value);
  });

  it.each([
    ['a function that fills something else', 'var a;\n(function (b) {\n    b.c = 1;\n})(a || (a = {}));\n'],
    [
      'an enum whose value is worked out',
      'var A;\n(function (A) {\n    A[A["B"] = 1 << 2] = "B";\n})(A || (A = {}));\n',
    ],
    ['a list of other things', 'const list = [other.x, other.y];\n'],
  ])('leaves alone %s', (_, code) => {
    expect(withPlainEnums(code)).toBe(code);
  });
});
