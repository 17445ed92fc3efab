import {
  bears,
  isMarkName,
  markOf,
  marksOf,
  markText,
  runName,
} from '../../../../src/commands/marks/mark.js';

const AT = Date.UTC(2026, 10, 30, 19, 0, 12, 345);
const night = (value: string) => ({ metadata: { 'marked-night': value } });

it('a mark is read as it was written', () => {
  const value = markText(AT, 'stopped', 'acme/ops/123');
  expect(value).toBe('2026-11-30T19:00:12.345Z stopped acme/ops/123');
  expect(markOf(night(value), 'night')).toEqual({
    ...{ name: 'night', value, word: 'stopped', at: AT, by: 'acme/ops/123' },
  });
});

it.each([
  '',
  'yes',
  '2026-11-30T19:00:12 stopped acme/ops/123',
  '2026-11-30T19:00:12Z slept acme/ops/123',
  '2026-11-30T19:00:12Z stopped',
  '2026-11-30T19:00:12Z stopped acme/ops/123 more',
])('another form counts as put down, by nobody knows whom: %j', (value) => {
  expect(markOf(night(value), 'night')).toEqual({
    name: 'night',
    value,
    word: 'stopped',
    at: undefined,
    by: '',
  });
  expect(bears(night(value), 'night')).toBe(true);
});

it('a machine bears only marks of what was done, under keys of its own', () => {
  expect(bears(night(markText(AT, 'announced', 'a/b/1')), 'night')).toBe(false);
  expect(bears({ metadata: {} }, 'night')).toBe(false);
  expect(bears({ metadata: { 'marked-other': '' } }, 'night')).toBe(false);
  // What every object has is no metadata.
  expect(markOf({ metadata: {} }, 'constructor')).toBeUndefined();
});

it('finds all marks among the metadata, and takes nothing else for one', () => {
  const value = markText(AT, 'suspended', 'a/b/1');
  const metadata = {
    hours: 'always',
    'marked-night': value,
    'marked-Night': value,
    'marked-': value,
    marked: value,
  };
  expect(marksOf({ metadata }).map(({ name }) => name)).toEqual(['night']);
});

it.each([
  ['night', true],
  ['a-1', true],
  ['x'.repeat(32), true],
  ['x'.repeat(33), false],
  ['', false],
  ['Night', false],
  ['two words', false],
  ['nächte', false],
])('%j can name a mark: %s', (name, can) => {
  expect(isMarkName(name)).toBe(can);
});

it.each([
  ['acme/ops', '123', 'acme/ops/123'],
  [undefined, undefined, 'unknown/0'],
  ['', '', 'unknown/0'],
  ['a b\n/c', '1"2', 'ab/c/12'],
  ['o'.repeat(200), '1', 'o'.repeat(150)],
])("a run is named without what can't stand in a mark: %j %j", (repository, run, name) => {
  expect(runName(repository, run)).toBe(name);
});
