import { type HoursQuestion, type HoursVerdict, verdictOf } from '../../../../src/commands/hours/verdict.js';
import type { AppMachine } from '../../../../src/commands/result/app-machine.js';
import { HoursReader } from '../../../../src/hours/hours-reader.js';
import { appMachine } from '../../../support/machines.js';

const HOURS = 'Mon-Fri 08:00-18:00 UTC';
/** A Monday's noon and evening. */
const NOON = Date.parse('2026-11-30T12:00:00Z');
const EVENING = Date.parse('2026-11-30T20:00:00Z');
const HOUR = 3_600_000;

const WITHIN = 'within its hours since 2026-11-30T08:00:00Z until 2026-11-30T18:00:00Z';
const OUTSIDE = 'outside its hours since 2026-11-30T18:00:00Z until 2026-12-01T08:00:00Z';

function judged(now: number, changes: Partial<AppMachine>, defaultHours?: string): HoursVerdict {
  const read: HoursQuestion['read'] = (text, at) => new HoursReader(at).of(text);
  const metadata = { hours: HOURS, ...changes.metadata };
  return verdictOf(appMachine('m', { ...changes, metadata }), { now, defaultHours, read });
}

/** Events of a machine that was started some hours ago, by whom. */
const startedAgo = (hours: number, now: number, source = 'user') => ({
  events: [
    { type: 'start', status: 'started', source: 'flyd', at: now - hours * HOUR },
    { type: 'start', status: 'starting', source, at: now - hours * HOUR - 1000 },
    { type: 'stop', status: 'stopping', source: 'user', at: now - hours * HOUR - 2000 },
  ],
});

const mark = (word: string) => ({ 'marked-hours': `2026-11-27T18:00:00.000Z ${word} acme/ops/1` });
const old = (state: string) => ({ state, updatedAt: EVENING - 100 * HOUR });

const told = ({ wants, isRight, isMarked, why }: HoursVerdict) =>
  [wants, ...(isRight ? ['right'] : []), ...(isMarked ? ['marked'] : []), why].filter(Boolean).join(': ');

describe('when a machine is within its hours', () => {
  it.each<[string, Partial<AppMachine>, string]>([
    ['is up', {}, 'stay: right'],
    ['is up and bears the mark', { metadata: mark('stopped') }, 'stay: right: marked'],
    ['is up and bears an announcement alone', { metadata: mark('announced') }, 'stay: right'],
    ['is down and bears the mark', { state: 'stopped', metadata: mark('stopped') }, 'up'],
    ['is suspended and bears the mark', { state: 'suspended', metadata: mark('suspended') }, 'up'],
    ['is down and bears one of another form', { state: 'stopped', metadata: { 'marked-hours': 'x' } }, 'up'],
    [
      'is down, bears the mark, and is to be left running',
      { state: 'stopped', metadata: { ...mark('stopped'), 'keep-alive': 'yes' } },
      'up',
    ],
    [
      'is down, bears the mark, and is leased',
      { state: 'stopped', metadata: mark('stopped'), holder: { owner: 'a@b', until: NOON + 1 } },
      'up',
    ],
    ['is down', { state: 'stopped' }, 'stay: stopped, but not by `hours`'],
    [
      'is down and announced alone',
      { state: 'stopped', metadata: mark('announced') },
      'stay: stopped, but not by `hours`',
    ],
    [
      'is down and bears another mark',
      { state: 'suspended', metadata: { 'marked-night': '2026-11-27T18:00:00Z stopped a/b/1' } },
      'stay: suspended, but not by `hours`',
    ],
    ['was never started', old('created'), 'stay: created, but not by `hours`'],
    ['is on its way down', { state: 'stopping', metadata: mark('stopped') }, 'stay: is stopping'],
    ['is on its way up', { state: 'starting' }, 'stay: is starting'],
    ['has failed, and bears the mark', { state: 'failed', metadata: mark('stopped') }, 'up'],
    ['has failed', { state: 'failed' }, 'stay: is failed'],
    ['is in a state that is new', { state: 'dreaming', metadata: mark('stopped') }, 'stay: is dreaming'],
  ])('one that %s is decided on', (_, changes, expected) => {
    const verdict = judged(NOON, changes);
    expect(told(verdict)).toBe(expected);
    expect(verdict).toMatchObject({ place: WITHIN, next: Date.parse('2026-11-30T18:00:00Z') });
  });
});

describe('when a machine is outside its hours', () => {
  const before = startedAgo(3, EVENING);
  const unlisted = (minutes: number) => ({
    events: [{ type: 'update', status: 'started', source: 'user', at: EVENING - minutes * 60_000 }],
  });
  const STAYS = 'stays up until 2026-12-01T18:00:00Z';

  it.each<[string, Partial<AppMachine>, string]>([
    ['has been up since within', before, 'down'],
    ['has been up since within, and bears the mark', { ...before, metadata: mark('stopped') }, 'down'],
    [
      'was woken by a request',
      startedAgo(1, EVENING, 'proxy'),
      `stay: woken by a request at 2026-11-30T19:00:00Z, ${STAYS}`,
    ],
    [
      'was woken by a person',
      startedAgo(1, EVENING),
      `stay: woken by another client at 2026-11-30T19:00:00Z, ${STAYS}`,
    ],
    ['shows no start, but something older than the edge', unlisted(120), 'down'],
    [
      'shows nothing older than the edge',
      unlisted(119),
      'stay: nothing tells whether it has been woken since',
    ],
    ['shows no events', {}, 'stay: nothing tells whether it has been woken since'],
    ['is down', { state: 'stopped' }, 'stay: right: already stopped'],
    [
      'is down and bears the mark',
      { state: 'suspended', metadata: mark('suspended') },
      'stay: right: already suspended',
    ],
    ['was never started', old('created'), 'stay: right: created, never started'],
    ['is on its way up', { ...before, state: 'starting' }, 'stay: is starting'],
    ['is on its way down', { ...before, state: 'stopping' }, 'stay: is stopping'],
    ['is in a state that is new', { ...before, state: 'dreaming' }, 'stay: is dreaming'],
    [
      'is cordoned',
      { ...before, cordoned: true },
      'stay: cordoned: a person or another job may be working on it',
    ],
    ['is out of reach', { ...before, hostStatus: 'unreachable' }, 'stay: its host is unreachable'],
    ['is on a schedule', { ...before, schedule: 'daily' }, 'stay: runs on a schedule (daily)'],
    ['is gone after its end', { ...before, autoDestroy: true }, 'stay: destroyed for good when it stops'],
    [
      'is leased',
      { ...before, holder: { owner: 'a@b', until: EVENING + 1 } },
      'stay: lease held by a@b until 2026-11-30T20:00:00Z',
    ],
    ['was leased', { ...before, holder: { owner: 'a@b', until: EVENING } }, 'down'],
    [
      'is to be left running',
      { ...before, metadata: { 'keep-alive': 'yes' } },
      'stay: keep-alive is set in its metadata',
    ],
    [
      'is held',
      { ...before, metadata: { 'keep-alive-until': '2026-12-04T18:00:00Z' } },
      'stay: keep-alive-until 2026-12-04T18:00:00Z',
    ],
    ['was held', { ...before, metadata: { 'keep-alive-until': '2026-11-30T19:00:00Z' } }, 'down'],
    [
      'is held until nobody knows when',
      { ...before, metadata: { 'keep-alive-until': 'Friday' } },
      'stay: keep-alive-until in its metadata is no time with a zone (RFC 3339)',
    ],
  ])('one that %s is decided on', (_, changes, expected) => {
    const verdict = judged(EVENING, changes);
    expect(told(verdict)).toBe(expected);
    expect(verdict).toMatchObject({ place: OUTSIDE, next: Date.parse('2026-12-01T08:00:00Z') });
  });
});

describe('when hours are not those of a usual week', () => {
  const up = startedAgo(3, EVENING);

  it.each<[string, string, string, string]>([
    ['always', 'always', 'stay: right', 'within its hours for good'],
    [
      'yet to come',
      '2026-12-24T00:00:00Z/2026-12-25T00:00:00Z',
      'stay: its hours have not begun yet',
      'outside its hours until 2026-12-24T00:00:00Z',
    ],
    [
      'over',
      '2026-11-30T00:00:00Z/2026-11-30T19:00:00Z',
      'down',
      'outside its hours since 2026-11-30T19:00:00Z for good',
    ],
  ])('goes by those that are %s', (_, hours, expected, place) => {
    const verdict = judged(EVENING, { ...up, metadata: { hours } });
    expect([told(verdict), verdict.place]).toEqual([expected, place]);
  });

  it('names no end for one that was woken after the last of them', () => {
    const hours = '2026-11-30T00:00:00Z/2026-11-30T19:00:00Z';
    expect(judged(EVENING, { ...startedAgo(0.5, EVENING), metadata: { hours } }).why).toBe(
      'woken by another client at 2026-11-30T19:30:00Z, stays up',
    );
  });
});

describe('when a machine has no hours of its own, or none that can be read', () => {
  const read: HoursQuestion['read'] = (text, at) => new HoursReader(at).of(text);
  const bare = appMachine('m', startedAgo(3, EVENING));

  it('leaves it alone without default hours', () => {
    const verdict = verdictOf(bare, { now: EVENING, defaultHours: undefined, read });
    expect([told(verdict), verdict.place]).toEqual(['stay: no `hours` in its metadata', '']);
  });

  it('goes by the default hours, and says so', () => {
    const verdict = verdictOf(bare, { now: EVENING, defaultHours: HOURS, read });
    expect([told(verdict), verdict.place]).toEqual(['down', OUTSIDE.replace('its', 'the default')]);
  });

  it('puts its own hours first', () =>
    expect(told(judged(EVENING, startedAgo(3, EVENING), 'always'))).toBe('down'));

  it.each(['', 'Mon-Fry 08:00-18:00 UTC', 'Mon-Fri 08:00-18:00'])(
    'does nothing by hours like %j, whatever the default',
    (hours) => {
      const verdict = judged(EVENING, { ...startedAgo(3, EVENING), metadata: { hours } }, HOURS);
      expect(verdict).toMatchObject({ wants: 'stay', isRight: false, unreadable: { text: hours } });
      expect(verdict.why).toMatch(/^its hours can't be read: .+/);
    },
  );
});
