import { notIdle } from '../../../../src/commands/idle/idle.js';
import type { AppMachine } from '../../../../src/commands/result/app-machine.js';
import { appMachine } from '../../../support/machines.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const TIMES = { now: NOW, idleFor: 30 * MINUTE };

/** An event of so many minutes ago. */
const event = (type: string, status: string, minutes: number) => ({
  ...{ type, status, source: 'flyd', at: NOW - minutes * MINUTE },
});
const upFor = (minutes: number) => [event('start', 'started', minutes), event('launch', 'created', 100)];
const LONG_UP = { events: upFor(60), updatedAt: NOW - 60 * MINUTE };

function verdict(changes: Partial<AppMachine>): string | undefined {
  return notIdle(appMachine('m', { ...LONG_UP, ...changes }), TIMES);
}

describe('when a started machine is looked at before its metrics', () => {
  it('leaves the word to them where nothing speaks for it', () => expect(verdict({})).toBeUndefined());

  it.each<[string, Partial<AppMachine>, string]>([
    ['on its way down', { state: 'stopping' }, 'is stopping'],
    ['on its way up', { state: 'starting' }, 'is starting'],
    ['gone after its end', { autoDestroy: true }, 'destroyed for good when it stops'],
    ['scheduled', { schedule: 'daily' }, 'runs on a schedule (daily)'],
    ['out of reach', { hostStatus: 'unreachable' }, 'its host is unreachable'],
    ['cordoned', { cordoned: true }, 'cordoned: a person or another job may be working on it'],
    ['leased', { holder: { owner: 'a@b', until: NOW + 1 } }, 'lease held by a@b until 2026-11-24T12:00:00Z'],
    ['without events', { events: [] }, 'nothing tells since when it has been up'],
    [
      'without a start among its events',
      { events: [event('update', 'started', 60)] },
      'nothing tells since when it has been up: last came update started',
    ],
    ['up a second too short', { events: upFor(30 - 1 / 60) }, 'up for 29 min 59 s only'],
    ['started in the future', { events: upFor(-1) }, 'up for 0 ms only'],
    ['of no known change', { updatedAt: undefined }, 'nothing tells when it last changed'],
    // Whatever changed it: a deploy shows a start of its own.
    ['just changed', { updatedAt: NOW - 5 * MINUTE }, 'changed 5 min ago'],
    ['just woken', { events: upFor(5), updatedAt: NOW - 5 * MINUTE }, 'up for 5 min only'],
  ])('spares what is %s', (_, changes, reason) => expect(verdict(changes)).toBe(reason));

  it.each<[string, Partial<AppMachine>]>([
    ['whose lease has ended', { holder: { owner: 'a@b', until: NOW } }],
    ['up for exactly that long', { events: upFor(30), updatedAt: NOW - 30 * MINUTE }],
  ])('has nothing to say for one %s', (_, changes) => expect(verdict(changes)).toBeUndefined());

  it.each([
    [event('exit', 'stopped', 50), 'exit stopped'],
    [event('suspend', 'suspended', 50), 'suspend suspended'],
    [event('start', 'starting', 50), 'start starting'],
    [event('something', 'new', 50), 'something new'],
    [{ ...event('exit', 'stopped', 0), at: 0 }, 'exit stopped'],
  ])('spares what may have been down since its start: %j', (newer, words) =>
    expect(verdict({ events: [newer, ...upFor(60)] })).toBe(
      `nothing tells since when it has been up: last came ${words}`,
    ),
  );

  it('passes over what its announcement has left', () => {
    const metadata = { 'marked-idle': '2026-11-24T11:50:00.000Z announced o/r/1' };
    const moved = { events: [event('update', 'started', 10), ...upFor(60)], updatedAt: NOW - 10 * MINUTE };
    expect(verdict({ ...moved, metadata })).toBeUndefined();
    expect(verdict({ ...moved, metadata, updatedAt: NOW - 5 * MINUTE })).toBe('changed 5 min ago');
    expect(verdict(moved)).toBe('nothing tells since when it has been up: last came update started');
  });

  it.each(['true', 'TRUE', '1', 'yes', ' true ', 'on', 'until the demo is over'])(
    'spares what says keep-alive=%s',
    (value) =>
      expect(verdict({ metadata: { 'keep-alive': value } })).toBe('keep-alive is set in its metadata'),
  );

  it.each(['false', 'False', 'no', 'off', '0', ''])('takes keep-alive=%s for a no', (value) =>
    expect(verdict({ metadata: { 'keep-alive': value } })).toBeUndefined(),
  );

  it.each([
    ['2026-11-24T12:00:01Z', 'keep-alive-until 2026-11-24T12:00:01Z'],
    ['2026-11-24t12:00:01.5z', 'keep-alive-until 2026-11-24T12:00:01Z'],
    ['2026-11-24 13:30:00+01:00', 'keep-alive-until 2026-11-24T12:30:00Z'],
    ['2026-11-24T12:00:00Z', undefined],
    ['2026-11-24T12:59:59+01:00', undefined],
  ])('reads keep-alive-until=%s', (value, reason) =>
    expect(verdict({ metadata: { 'keep-alive-until': value } })).toBe(reason),
  );

  // Date.parse takes most of these for a time that is long past.
  it.each([
    '12',
    '1700000000',
    '2020',
    '2020-01-01',
    '2020-01-01T00:00:00',
    'Jan 1 2020',
    '',
    '2020-13-01T00:00:00Z',
  ])('spares what a keep-alive-until of `%s` was meant for', (value) =>
    expect(verdict({ metadata: { 'keep-alive-until': value } })).toBe(
      'keep-alive-until in its metadata is no time with a zone (RFC 3339)',
    ),
  );
});
