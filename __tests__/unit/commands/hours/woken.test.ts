import { wokenSince } from '../../../../src/commands/hours/woken.js';
import type { MachineEvent } from '../../../../src/machines/machine/events.js';

/** Events by their minutes after midnight; the edge is at minute 100. */
type Told = readonly [type: string, status: string, source: string, minute: number, restarting?: boolean];

const EDGE = 100 * 60_000;

function eventsOf(...told: readonly Told[]): MachineEvent[] {
  return told.map(([type, status, source, minute, restarting]) => ({
    ...{ type, status, source, at: minute * 60_000 },
    ...(restarting !== undefined && {
      exit: { code: 0, outOfMemory: false, requested: false, restarting },
    }),
  }));
}

const started = (minute: number): Told => ['start', 'started', 'flyd', minute];
const starting = (source: string, minute: number): Told => ['start', 'starting', source, minute];
const ended = (minute: number): Told => ['exit', 'stopped', 'flyd', minute, false];
const again = (minute: number): Told => ['exit', 'stopped', 'flyd', minute, true];
const restart = (source: string, minute: number): Told => ['restart', 'restarting', source, minute];
const orderedDown = (minute: number): Told => ['stop', 'stopping', 'user', minute];
const launched = (minute: number): Told => ['launch', 'created', 'user', minute];
const update = (minute: number): Told => ['update', 'started', 'user', minute];

const wokenAt = (minute: number, by: string) => ({ at: minute * 60_000, by });

describe('when a machine that is up has been started since the edge', () => {
  it.each<[string, readonly Told[], string]>([
    ['the proxy', [started(120), starting('proxy', 119), ended(90)], 'a request'],
    ['a person', [started(120), starting('user', 119), ended(90)], 'another client'],
    ['the host', [started(120), starting('flyd', 119), ended(110)], 'Fly'],
    [
      'the proxy, from a snapshot',
      [started(120), starting('proxy', 119), ['suspend', 'suspended', 'flyd', 90]],
      'a request',
    ],
    ['a deploy', [started(120), launched(119), ['launch', 'pending', 'flyd', 119]], 'a deploy'],
    [
      'the proxy, after a label was written',
      [started(120), starting('proxy', 119), update(118), ended(90)],
      'a request',
    ],
    ['a deploy that updates', [started(120), update(119), ended(90)], 'a deploy'],
    ['a new kind of source', [started(120), starting('robot', 119), ended(90)], 'somebody'],
    [
      'a source of its own start alone',
      [['start', 'started', 'user', 120], orderedDown(90)],
      'another client',
    ],
    ['a restart of what was down', [started(120), restart('user', 119), ended(90)], 'another client'],
    ['somebody, long after a start without an end', [started(120), started(90)], 'Fly'],
    [
      'the proxy, and has crashed since',
      [started(130), again(129), started(120), starting('proxy', 119), ended(90)],
      'a request',
    ],
  ])('was woken by %s', (_, told, by) => {
    const minute = 120;
    expect(wokenSince(eventsOf(...told), EDGE)).toEqual(wokenAt(minute, by));
  });
});

describe('when a machine is up from before the edge', () => {
  it.each<[string, readonly Told[]]>([
    ['by its newest start', [started(99), launched(98)]],
    ['by a start at the edge itself', [started(100), ended(98)]],
    ['though it was restarted since', [started(120), again(119), restart('user', 119), started(90)]],
    [
      'though Fly tells twice of its restart',
      [started(120), started(120), starting('flyd', 120), again(119), started(90)],
    ],
    [
      'though its restart shows an end of its own',
      [started(120), ended(119), restart('user', 119), started(90)],
    ],
    [
      'though it has crashed since',
      [started(120), ['restart', 'starting', 'flyd', 119], again(119), started(90)],
    ],
    ['though it crashes now', [again(120), started(90)]],
    ['though something was written into its metadata', [update(120), started(90)]],
    ['though it was asked to stop', [orderedDown(120), started(90)]],
    ['though a request kept it from being suspended', [['suspend', 'started', 'flyd', 120], started(90)]],
    [
      'though new things are told of it',
      [['moon', 'full', 'sky', 120], started(120), ['moon', 'new', 'sky', 119], again(119), started(90)],
    ],
    ['by its oldest event, where no start is listed', [update(120), update(100)]],
    ['by a restart before it', [started(120), restart('user', 100)]],
  ])('it is so %s', (_, told) => expect(wokenSince(eventsOf(...told), EDGE)).toBe('before'));
});

describe('when events do not tell since when a machine has been up', () => {
  it.each<[string, readonly Told[]]>([
    ['there are none', []],
    ['all are newer than the edge, and no start is among them', [update(130), update(120)]],
    [
      'it has crashed so often that they show nothing else',
      [started(124), again(123), started(122), again(121)],
    ],
    ['it follows nothing that is listed', [started(120)]],
    ['one has no time', [update(120), ['start', 'started', 'flyd', 0]]],
    ['it has ended since its start', [ended(120), started(90)]],
    [
      'it was suspended since, and its start is missing',
      [['suspend', 'suspended', 'flyd', 120], started(90)],
    ],
    ['it was ordered to start since', [starting('proxy', 120), started(90)]],
    ['it was deployed since, and its start is missing', [launched(120), started(90)]],
  ])('says so where %s', (_, told) => expect(wokenSince(eventsOf(...told), EDGE)).toBeUndefined());
});
