import { withShortUndefined } from '../../../scripts/short-undefined.js';

describe('A bundle with a short word for undefined', () => {
  it('has it in each place', () => {
    expect(withShortUndefined('a===void 0?void 0:()=>void 0;', '$')).toBe('a===$?$:()=>$;var $;');
  });

  it('leaves texts, patterns and other uses of `void` as they are', () => {
    const code = (word: string) => `f("void 0",\`void 0\${${word}}\`,/void 0/,void g(),void 01)`;
    expect(withShortUndefined(code('void 0'), '$')).toBe(`${code('$')};var $;`);
  });

  it('is not made where the word means something else', () => {
    expect(() => withShortUndefined('let $=1;', '$')).toThrow('has a `$` already');
  });
});
