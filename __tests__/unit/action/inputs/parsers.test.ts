import {
  boolean,
  booleanOrOneOf,
  duration,
  filter,
  listOf,
  matching,
  oneOf,
  unless,
  whole,
  wholeNumber,
} from '../../../../src/action/inputs/values/parsers.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';

const any = (text: string) => text;

function complaint(parse: (text: string) => unknown, text: string): string {
  const error = thrownBy(() => parse(text));
  if (!(error instanceof ActionError)) throw error;
  expect(error.class).toBe('input');
  return error.message;
}

describe('when a list is read', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    [' a ,\n\n b , ,', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a,b,a', ['a', 'b']],
    ['["a","b,c"," d "]', ['a', 'b,c', 'd']],
    ['[\n  "a",\n  "b"\n]', ['a', 'b']],
    ['[]', []],
    ['[ ]', []],
  ])('%j', (text, values) => {
    expect(listOf(any)(text)).toEqual(values);
  });

  it.each([
    ['["a"', 'is not a JSON array'],
    ['[a, b]', 'is not a JSON array'],
    ['[1]', 'is not a JSON array of strings'],
    ['[["a"]]', 'is not a JSON array of strings'],
    ['["a"]x', 'is not a JSON array'],
  ])('refuses %j', (text, why) => {
    expect(complaint(listOf(any), text)).toContain(why);
  });

  it('checks each of its values', () => {
    expect(complaint(listOf(matching(/^\w+$/, 'a word')), 'fine, not fine')).toContain('`not fine`');
  });

  it('is no filter when it holds nothing, since that would let everything pass', () => {
    expect(complaint(filter(any), '[]')).toBe('is an empty list');
  });

  it.each(['[""]', '["", " "]', ',', ' , ', '\n , \n'])(
    'is given but empty where it holds blanks alone, which lost values leave behind: %j',
    (text) => {
      expect(complaint(listOf(any), text)).toBe('is given but empty');
      expect(complaint(filter(any), text)).toBe('is given but empty');
    },
  );

  it.each([', b', 'a, , b', 'a\n,b', '["", "b"]', '["a", " "]'])(
    'may be told to insist on all of its values: %j',
    (text) => {
      expect(complaint(whole(listOf(any)), text)).toBe('has an empty value beside others');
      expect(listOf(any)(text).length).toBeGreaterThan(0);
    },
  );

  it.each(['a,\nb,\n', 'a, b,', '\n a \n\n b \n', '["a", "b"]'])(
    'is whole with commas at its ends: %j',
    (text) => {
      expect(whole(listOf(any))(text)).toEqual(['a', 'b']);
    },
  );

  it('says how values are to be written that are no strings', () => {
    for (const text of ['[08058490142389]', '[8058490142389]', '[9080524e610787]', '[a, b]', '[null]'])
      expect((thrownBy(() => listOf(any)(text)) as ActionError).hint).toContain('double quotes');
  });

  it('splits where it is told to only', () => {
    expect(listOf(any, /\n/)('a,b\nc')).toEqual(['a,b', 'c']);
  });
});

describe('when a value of a fixed form is read', () => {
  it.each(['true', 'True', 'TRUE'])('%s is true, as in YAML', (text) => expect(boolean(text)).toBe(true));
  it.each(['false', 'False', 'FALSE'])('%s is false', (text) => expect(boolean(text)).toBe(false));
  it.each(['tRUE', '1', 'on', 'yes', 'null'])('%s is neither', (text) => {
    expect(complaint(boolean, text)).toContain('can be `true` or `false` only');
  });

  it('takes one of its words, as it is spelled', () => {
    expect(oneOf('fail', 'warn')('warn')).toBe('warn');
    expect(complaint(oneOf('fail', 'warn'), 'Warn')).toBe('is `Warn`, but can be `fail`, `warn` only');
    expect(complaint(oneOf('fail'), 'constructor')).toContain('can be `fail` only');
  });

  it.each<[string, string | undefined]>([
    ['Stopped', 'Did you mean `stopped`?'],
    ['stoped', 'Did you mean `stopped`?'],
    ['stpoped', 'Did you mean `stopped`?'],
    ['start', 'Did you mean `started`?'],
    ['started ', 'Did you mean `started`?'],
    ['no', undefined],
    ['oft', 'Did you mean `off`?'],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('asks whether a word that is close to %j is meant', (text, hint) => {
    const words = oneOf('starting', 'started', 'stopped', 'on', 'off');
    expect((thrownBy(() => words(text)) as ActionError).hint).toBe(hint);
  });

  it('asks that for a word beside true and false, too', () => {
    expect((thrownBy(() => booleanOrOneOf('checks')('check')) as ActionError).hint).toBe(
      'Did you mean `checks`?',
    );
    expect((thrownBy(() => booleanOrOneOf('checks')('yes')) as ActionError).hint).toBeUndefined();
    expect((thrownBy(() => boolean('ture')) as ActionError).hint).toBe('Did you mean `true`?');
  });

  it.each<[number, number, string]>([
    [1_000, 86_400_000, 'from 1s to 24h'],
    [0, 90_000, 'from 0s to 1m30s'],
    [1_500, 5_400_000, 'from 1.5s to 1h30m'],
  ])('gives bounds as durations: %d to %d', (least, most, bounds) => {
    expect(complaint(duration(least, most), '99h')).toBe(`is \`99h\`, but must be ${bounds}`);
  });

  it.each(['1', '007', '10'])('%s is a whole number from 1 to 10', (text) => {
    expect(wholeNumber(1, 10)(text)).toBe(Number(text));
  });
  it.each(['0', '11', '-1', '1.0', '1e1', '0x5', ' 5', '٣', 'Infinity', '9'.repeat(30)])(
    '%s is not',
    (text) => {
      expect(complaint(wholeNumber(1, 10), text)).toContain('must be a whole number from 1 to 10');
    },
  );

  it.each([
    ['1', 1_000],
    ['1.5', 1_500],
    ['1m', 60_000],
    ['59m60s', 3_600_000],
  ])('%s is a duration', (text, ms) => expect(duration(1_000, 3_600_000)(text)).toBe(ms));
  it.each(['0.5s', '61m', '1d', '5 m', 'm5', '', '1e9', '-1s', '∞'])(
    '%s is not one, or beyond its bounds',
    (text) => {
      expect(complaint(duration(1_000, 3_600_000), text)).toMatch(/not a duration|must be from 1s to 1h$/);
    },
  );

  it.each([
    ['45', '`45` is 45 seconds.'],
    ['45s', undefined],
  ])('says what a number alone means where %s is beyond the bounds', (text, hint) => {
    expect((thrownBy(() => duration(60_000, 3_600_000)(text)) as ActionError).hint).toBe(hint);
  });

  it('knows the word that stands for nothing', () => {
    expect(unless('none', wholeNumber(1, 3))('none')).toBeUndefined();
    expect(unless('none', wholeNumber(1, 3))('2')).toBe(2);
  });
});

describe('when a value is shown in a complaint', () => {
  it('is short and on one line', () => {
    const message = complaint(boolean, `first\nsecond ${'word '.repeat(100)}`);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(130);
  });

  it('does not hold a token that was put into the wrong input', () => {
    const token = `FlyV1 fm2_${'lJPECAAAAAAAA1b'.repeat(10)}`;
    expect(complaint(boolean, token)).not.toContain('lJPECAAAA');
  });
});
