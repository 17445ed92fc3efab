import { readFileSync } from 'node:fs';
import { changelogFaults, readChangelog } from '../../../../scripts/release/changelog.js';

const TEXT = `# Changelog

Words about it.

## [Unreleased]

## [1.1.0] - 2026-12-01

### Added

- One, [with a link][docs].

## [1.0.0] - 2026-02-28

- All.

[docs]: https://example.com
[1.1.0]: https://example.com/1.1.0
[1.0.0]: https://example.com/1.0.0
`;

const NOW = new Date('2026-12-01T09:00:00Z');

describe('when a changelog is read', () => {
  it('gives each version its date and its lines, without the targets of links', () => {
    expect(Object.fromEntries(readChangelog(TEXT))).toEqual({
      Unreleased: { date: '', notes: '' },
      '1.1.0': { date: '2026-12-01', notes: '### Added\n\n- One, [with a link][docs].' },
      '1.0.0': { date: '2026-02-28', notes: '- All.' },
    });
    expect(changelogFaults(TEXT, '1.1.0', NOW)).toEqual([]);
    expect(changelogFaults(TEXT.replaceAll('\n', '\r\n'), '1.1.0', NOW)).toEqual([]);
    expect(
      changelogFaults(TEXT.replace('2026-12-01', '2026-12-02'), '1.1.0', new Date('2026-12-01T10:00:00Z')),
    ).toEqual([]);
  });

  it.each([
    [
      'a version that it lacks',
      TEXT,
      '2.0.0',
      'has no section `## [2.0.0] - <date>`; it has Unreleased, 1.1.0, 1.0.0.',
    ],
    ['no section at all', '# Changelog\n', '1.0.0', 'it has none'],
    [
      'a missing date',
      TEXT.replace(' - 2026-12-01', ''),
      '1.1.0',
      'gives 1.1.0 the date "". Write a day as 2026-12-31',
    ],
    ['a day that is none', TEXT.replace('2026-02-28', '2026-02-30'), '1.0.0', 'the date "2026-02-30"'],
    ['another form of date', TEXT.replace('2026-12-01', '1 Dec 2026'), '1.1.0', 'the date "1 Dec 2026"'],
    [
      'a day that has begun nowhere yet',
      TEXT.replace('2026-12-01', '2026-12-02'),
      '1.1.0',
      'the date 2026-12-02, which is yet to come',
    ],
    [
      'a version whose link was forgotten',
      TEXT.replace('[1.1.0]: ', '[1.1]: '),
      '1.1.0',
      'has no link for 1.1.0. Write `[1.1.0]: <address>`',
    ],
    ['an empty section', TEXT.replace('- All.', ''), '1.0.0', 'says nothing about 1.0.0'],
    ['headings alone', TEXT.replace('- All.', '### Added'), '1.0.0', 'says nothing about 1.0.0'],
    [
      'lines that wait',
      TEXT.replace('## [Unreleased]\n', '## [Unreleased]\n\n- More.\n'),
      '1.1.0',
      'has lines below `[Unreleased]`',
    ],
  ])('finds %s', (_, text, version, fault) => {
    expect(changelogFaults(text, version, NOW)).toEqual([expect.stringContaining(fault)]);
  });

  it("finds in this project's own what its package has", () => {
    const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [newest] = [...readChangelog(readFileSync('CHANGELOG.md', 'utf8')).keys()].filter(
      (it) => it !== 'Unreleased',
    );
    expect(newest).toBe(version);
  });
});
