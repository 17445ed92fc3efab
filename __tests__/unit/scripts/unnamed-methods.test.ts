import { withoutUnnamedMethods } from '../../../scripts/unnamed-methods.js';

/** Names of the methods of `Lamp` that are left, given what else the module holds. */
function leftOf(methods: string, rest: string): string[] {
  const code = withoutUnnamedMethods(`class Lamp {${methods}} ${rest}`);
  return ['on', 'off', 'dim'].filter((name) => code.includes(`${name}()`));
}

describe('A bundle without the methods that nothing names', () => {
  it('keeps what is called, and drops the rest', () => {
    expect(leftOf('on() {} off() {}', 'new Lamp().on();')).toEqual(['on']);
  });

  it('keeps what a kept method calls, and drops what a dropped one does', () => {
    expect(leftOf('on() { this.dim(); } off() {} dim() {}', 'new Lamp().on();')).toEqual(['on', 'dim']);
    expect(leftOf('on() {} off() { this.dim(); } dim() {}', 'new Lamp().on();')).toEqual(['on']);
  });

  it('drops private methods, and accessors, that nothing names', () => {
    const lamp = 'class Lamp { #warm() {} get watts() { return 1; } set watts(it) {} static all() {} }';
    expect(withoutUnnamedMethods(lamp).replaceAll(' ', '')).toBe('classLamp{}');
  });

  it.each([
    ['a string', "const name = 'on'; lamp[name]();"],
    ['a template', 'lamp[`on`]();'],
    ['a pattern', 'const { on } = lamp;'],
    ['a pattern with another name', 'const { on: light } = lamp;'],
    ['a key of an object', 'for (const key in { on: 1 }) lamp[key]();'],
    ['a short key of an object', 'Object.assign(other, { on });'],
    ['an optional call', 'lamp?.on?.();'],
    ['an assignment', 'lamp.on = () => {};'],
  ])('keeps what is named by %s', (_, rest) => {
    expect(leftOf('on() {} off() {}', rest)).toEqual(['on']);
  });

  it('takes a variable for no name of a method', () => {
    expect(leftOf('on() {} off() {}', 'const off = 1; console.log(off);')).toEqual([]);
  });

  it('keeps what the language calls by itself', () => {
    const lamp = 'class Lamp { toJSON() { return "lamp"; } [Symbol.iterator]() {} constructor() {} }';
    expect(withoutUnnamedMethods(lamp)).toBe(lamp);
  });

  it('keeps all of a class whose parent is not of the module, which may call it', () => {
    const lamp = 'class Lamp extends Agent { on() {} } class Small extends Lamp { off() {} }';
    expect(withoutUnnamedMethods(lamp)).toBe(lamp);
    const own = 'const Agent = class { on() {} }; class Lamp extends Agent { off() {} }';
    expect(withoutUnnamedMethods(own)).not.toContain('()');
  });

  it('keeps of a class with common names only what is called, and what that calls of its own', () => {
    const lamp =
      'class Lamp { constructor() { this.warm(); } warm() {} on() { this.dim(); } off() {} dim() {} get() {} }';
    const rest = 'map.get(); map.off(); new Lamp().on();';
    const left = withoutUnnamedMethods(`${lamp} ${rest}`, { Lamp: ['on'] });
    expect(['warm', 'on', 'dim', 'off', 'get'].filter((name) => left.includes(`${name}() {`))).toEqual([
      'warm',
      'on',
      'dim',
    ]);
    expect(withoutUnnamedMethods(`${lamp} ${rest}`)).toContain('off() {}');
    expect(() => withoutUnnamedMethods(rest, { Lamp: ['on'] })).toThrow('no class `Lamp`');
  });
});
