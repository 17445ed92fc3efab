import { markOf } from '../../../../src/commands/marks/mark.js';
import { briefMark, tagsOf } from '../../../../src/commands/marks/mark-words.js';
import { appMachine } from '../../../support/machines.js';

const tags = (metadata: Readonly<Record<string, string>>) =>
  tagsOf(appMachine('a', { metadata, seenAt: Date.UTC(2026, 10, 30) }));

describe('when people read what is left at a machine', () => {
  it.each([
    [
      { 'marked-night': '2026-11-30T19:00:12.345Z stopped acme/ops/123' },
      ['night: stopped 2026-11-30T19:00:12Z by acme/ops/123'],
    ],
    [
      { 'marked-idle': '2026-11-30T19:00:12Z announced acme/ops/7' },
      ['idle: announced 2026-11-30T19:00:12Z by acme/ops/7'],
    ],
    [{ 'marked-night': 'by hand' }, ['night: stopped, by another form: by hand']],
    [{ 'keep-alive': 'yes' }, ['keep-alive']],
    [{ 'keep-alive': 'off' }, []],
    [{ 'keep-alive-until': '2026-12-04T18:00:00Z' }, ['held until 2026-12-04T18:00:00Z']],
    [{ 'keep-alive-until': '2026-11-29T18:00:00Z' }, []],
    [{ 'keep-alive-until': 'Friday' }, ['held: keep-alive-until in its metadata is no time']],
    [{ hours: 'Mon-Fri 07:30-18:00 Europe/Berlin' }, ['hours Mon-Fri 07:30-18:00 Europe/Berlin']],
    [{ role: 'web', 'marked-Night': 'x' }, []],
    [
      { hours: 'always', 'keep-alive': '1', 'marked-a': '', 'marked-b': 'x' },
      ['a: stopped, by another form: ', 'b: stopped, by another form: x', 'keep-alive', 'hours always'],
    ],
  ] as const)('says who, when and in which run: %j', (metadata, wanted) => {
    expect(tags(metadata)).toEqual(wanted);
  });

  it('shows a hold of which nothing tells whether it is over', () => {
    const metadata = { 'keep-alive-until': '2020-01-01T00:00:00Z' };
    expect(tagsOf(appMachine('a', { metadata, seenAt: undefined }))).toEqual([
      'held until 2020-01-01T00:00:00Z',
    ]);
  });

  it('gives away nothing that could be a token', () => {
    const secret = 'Ab1'.repeat(40);
    expect(
      tags({ hours: secret, 'marked-a': `2026-11-30T19:00:12Z stopped ${secret}` }).join(),
    ).not.toContain(secret);
  });

  it('names a mark briefly', () => {
    const mark = markOf({ metadata: { 'marked-day': '2026-11-30T19:00:12Z started a/b/1' } }, 'day');
    expect(mark && briefMark(mark)).toBe('day: started');
  });
});
