import { parse } from 'smol-toml';
import { Dice } from '../../../fuzz/dice.js';
import { checkForm, checkTruth } from '../../../fuzz/kinds/fly-toml.js';
import { tomlDocument } from '../../../fuzz/toml.js';
import { ActionError } from '../../../src/errors.js';

const TEXTS = [
  'my-app',
  '',
  'two words',
  '"',
  "it's",
  '\\',
  'a\r\n\tb',
  '\u0000\u001b\u007f',
  ' \u00a0é😀 ',
  '#',
  "'''",
  '"""',
];

describe('when a TOML document is made up', () => {
  it.each(TEXTS)('says of the app what it was to say: %j', (app) => {
    const made = Array.from({ length: 60 }, (_, index) => tomlDocument(new Dice(index), app));
    expect(new Set(made).size).toBeGreaterThan(50);
    for (const text of made) expect({ text, app: parse(text)['app'] }).toEqual({ text, app });
  });

  it('says nothing of an app, or something that is no text', () => {
    const values = Array.from(
      { length: 200 },
      (_, index) => parse(tomlDocument(new Dice(index), undefined))['app'],
    );
    expect(values.filter((it) => typeof it === 'string')).toEqual([]);
    expect(values).toContain(undefined);
    expect(values).toContain(true);
    expect(values).toContainEqual({ name: 'decoy' });
  });
});

describe('when the reader of a fly.toml is judged', () => {
  const refusal = (message: string) => ({ error: new ActionError('input', message) });

  it.each([
    ['another app', { value: ['decoy'] }, 'my-app'],
    ['no app', { value: [] }, 'my-app'],
    ['an app where there is none', { value: ['decoy'] }, undefined],
    ['a name that is none', { value: ['a b'] }, 'a b'],
    ['a refusal of a good name', refusal('has `my-app`, which is not an app name'), 'my-app'],
    ['a refusal of a valid file', refusal("can't be read"), 'a b'],
  ])('is found out: %s', (_, outcome, app) => {
    expect(() => checkTruth(outcome, app)).toThrow();
  });

  it('passes where it is right', () => {
    checkTruth({ value: ['my-app'] }, 'my-app');
    checkTruth({ value: [] }, '');
    checkTruth(refusal('has `a b`, which is not an app name'), 'a b');
    checkForm(refusal("can't be read"));
    expect(() => checkForm({ error: new ActionError('network', 'x') })).toThrow('another class');
  });
});
