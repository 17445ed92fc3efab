import { EventJson, isStart, newest, newestFirst } from '../../../../src/machines/machine/events.js';
import type { Machine } from '../../../../src/machines/machine/machine.js';
import { tellSince } from '../../../../src/machines/machine/since-start.js';
import { appMachine } from '../../../support/machines.js';

const event = (type: string, status: string, timestamp: number, source = 'flyd', request?: object) => ({
  ...{ type, status, source, timestamp, request },
});
const exit = (timestamp: number, exit_event: object, type = 'exit') =>
  event(type, 'stopped', timestamp, 'flyd', { exit_event });
const START = event('start', 'started', 100);

/** Makes a machine in a state, with events as Fly lists them, the newest first. */
function machine(state: string, events: readonly object[], changes: Partial<Machine> = {}): Machine {
  const read = newestFirst(
    events.map((json) => {
      const parsed = EventJson.try(json, { mode: 'strip' });
      if (!parsed.ok) throw new Error(parsed.message);
      return parsed.value;
    }),
  );
  const [newestEvent, newestStart] = [newest(read, () => true), newest(read, isStart)];
  return appMachine('m1', { state, events: read, newestEvent, newestStart, ...changes });
}

const UP = machine('started', [START, event('start', 'starting', 50, 'user'), exit(20, { exit_code: 9 })]);
const since = (state: string, events: readonly object[], changes: Partial<Machine> = {}) =>
  tellSince(machine(state, [...events, START, event('start', 'starting', 50, 'user')], changes), UP);

const done = (what: string) => ({ isDone: true, what });
const failed = (what: string) => ({ isDone: false, what });

describe('when a machine is looked at some time after its start', () => {
  it.each<[string, ReturnType<typeof since>]>([
    ['nothing', since('started', [])],
    ['a write of its metadata', since('started', [event('update', 'started', 150, 'user')])],
    ['a newer start without an end', since('started', [event('start', 'started', 200)])],
    ['a start that is listed twice', since('started', [START])],
    [
      'the restart of a person',
      since('started', [
        event('start', 'started', 220),
        exit(210, { requested_stop: true, restarting: true, exit_code: 143 }),
        event('restart', 'restarting', 200, 'user'),
      ]),
    ],
    [
      'the restart of a person whose end tells nothing',
      since('started', [
        event('start', 'started', 220),
        exit(210, { restarting: true, exit_code: 143 }),
        event('restart', 'restarting', 200, 'user'),
      ]),
    ],
    [
      'an end with code 0, and a request that woke it',
      since('started', [
        event('start', 'started', 220),
        event('start', 'starting', 210, 'proxy'),
        exit(200, {}),
      ]),
    ],
    [
      'a deploy, which begins its events anew',
      tellSince(
        machine('started', [
          event('start', 'started', 300),
          event('launch', 'created', 250, 'user'),
          event('launch', 'pending', 240),
        ]),
        UP,
      ),
    ],
  ])('is up after %s', (_, told) => {
    expect(told).toBeUndefined();
  });

  it.each<[string, string, ReturnType<typeof since>]>([
    [
      'the proxy',
      'stopped again by the proxy',
      since('stopped', [exit(210, { requested_stop: true }), event('stop', 'stopping', 200, 'proxy')]),
    ],
    [
      'a person',
      'stopped again by another client',
      since('stopped', [
        exit(210, { requested_stop: true, exit_code: 137 }),
        event('stop', 'stopping', 200, 'user'),
      ]),
    ],
    [
      'a person, which only the order shows',
      'stopped again by another client',
      since('stopped', [exit(210, { exit_code: 143 }), event('stop', 'stopping', 200, 'user')]),
    ],
    [
      'somebody, which only the end shows',
      'stopped again by a request',
      since('stopped', [exit(210, { requested_stop: true, exit_code: 130 })]),
    ],
    [
      'a person, and is on its way down',
      'stopped again by another client',
      since('stopping', [event('stop', 'stopping', 200, 'user')]),
    ],
    [
      'the proxy, which suspends',
      'suspended again by the proxy',
      since('suspended', [event('suspend', 'suspended', 210), event('suspend', 'suspending', 200, 'proxy')]),
    ],
    ['nobody known', 'suspended again by a request', since('suspended', [])],
    ['a deploy', 'replacing by a request', since('replacing', [])],
    [
      'a person, who restarts it',
      'started once more by another client',
      since('restarting', [event('restart', 'restarting', 200, 'user')]),
    ],
    [
      'a person, who destroys it',
      'destroyed by another client',
      since('destroyed', [event('destroy', 'destroying', 200, 'user')]),
    ],
  ])('was ended without a failure by %s', (_, what, told) => {
    expect(told).toEqual(done(what));
  });

  it.each<[string, string, readonly object[], Partial<Machine>]>([
    ['stays', 'stopped', [exit(200, {})], {}],
    [
      'is destroyed then',
      'destroyed',
      [event('destroy', 'destroying', 201), exit(200, {})],
      { autoDestroy: true },
    ],
  ])('has done its work where it ended with code 0 and %s', (_, state, events, changes) => {
    expect(since(state, events, changes)).toEqual({
      ...done('started and ended, exit code 0'),
      hasEnded: true,
    });
  });

  const loop = (at: number) => [
    event('start', 'started', at + 20),
    event('restart', 'starting', at + 10),
    exit(at, { exit_code: 1, restarting: true }),
  ];

  it.each<[string, string, ReturnType<typeof since>]>([
    ['with a code', 'started and ended, exit code 1', since('stopped', [exit(200, { exit_code: 1 })])],
    ['in the same moment', 'started and ended, exit code 1', since('stopped', [exit(100, { exit_code: 1 })])],
    [
      'with a code that Fly does not know',
      'started and ended, exit code -1',
      since('stopped', [exit(200, { exit_code: -1 }, 'crash')]),
    ],
    [
      'without a word',
      'started and ended, exit code not known',
      since('stopped', [event('exit', 'stopped', 200)]),
    ],
    [
      'out of memory',
      'started and ended, out of memory (exit code 137)',
      since('stopped', [exit(200, { exit_code: 137, oom_killed: true }, 'crash')]),
    ],
    [
      'out of memory, whoever stopped it',
      'started and ended, out of memory (exit code -1)',
      since('stopped', [
        exit(210, { exit_code: -1, oom_killed: true, requested_stop: true }, 'crash'),
        event('stop', 'stopping', 200, 'user'),
      ]),
    ],
    [
      'and is being started again',
      'started and ended, exit code 1, and Fly is starting it again',
      since('starting', [event('restart', 'starting', 210), exit(200, { exit_code: 1, restarting: true })]),
    ],
    [
      'with code 0, and is started again for ever',
      'started and ended, exit code 0, and Fly is starting it again',
      since('stopped', [exit(200, { restarting: true })]),
    ],
    [
      'and is up once more',
      'started and ended, exit code 1, and Fly has started it again',
      since('started', loop(200)),
    ],
    [
      'and again, so that its start is listed no more',
      'started and ended, exit code 1, and Fly has started it again',
      tellSince(machine('started', [...loop(300), ...loop(200).slice(0, 2)]), UP),
    ],
    [
      'by itself, after a request that a start answered',
      'started and ended, exit code 1',
      since('stopped', [
        exit(400, { exit_code: 1 }),
        event('start', 'started', 300),
        exit(210, { requested_stop: true }),
        event('stop', 'stopping', 200, 'user'),
      ]),
    ],
    ['for good', 'became failed, exit code 1', since('failed', [exit(200, { exit_code: 1 })])],
    [
      'for good, out of memory',
      'became failed, out of memory (exit code 137)',
      since('failed', [exit(200, { exit_code: 137, oom_killed: true })]),
    ],
    ['for good, without an event', 'became failed', since('failed', [])],
  ])('has failed where it ended %s', (_, what, told) => {
    expect(told).toEqual(failed(what));
  });

  it.each<[string, readonly object[], Partial<Machine>]>([
    ['stopped', [], {}],
    ['starting', [], {}],
    ['stopped', [event('update', 'started', 150, 'user')], {}],
    ['destroyed', [], { autoDestroy: true }],
  ])('is %s, and nothing tells why (%j)', (state, events, changes) => {
    expect(since(state, events, changes)).toBe('untold');
  });

  it.each([
    ['no events at all', []],
    ['events without a time', [{ ...START, timestamp: 0 }]],
  ])('takes %s for nothing new', (_, events) => {
    const up = machine('started', events);
    expect(tellSince(machine('started', events), up)).toBeUndefined();
    expect(tellSince(machine('stopped', events), up)).toBe('untold');
    expect(tellSince(machine('stopped', [exit(200, { exit_code: 1 }), ...events]), up)).toEqual(
      failed('started and ended, exit code 1'),
    );
  });
});
