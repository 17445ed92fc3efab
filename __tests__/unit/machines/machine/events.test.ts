import {
  EventJson,
  endedSince,
  isRestarting,
  type MachineEvent,
  newestFirst,
  upSince,
} from '../../../../src/machines/machine/events.js';

function read(json: object): MachineEvent {
  const event = EventJson.try(json, { mode: 'strip' });
  if (!event.ok) throw new Error(event.message);
  return event.value;
}

const listed = (...events: readonly object[]) => newestFirst(events.map(read));
const event = (type: string, status: string, timestamp: number, request?: object) => ({
  ...{ type, status, source: 'flyd', timestamp, request },
});
const exit = (timestamp: number, exit_event: object) =>
  event('exit', 'stopped', timestamp, { restart_count: 0, exit_event });

describe('when the end of a process is read', () => {
  const plain = { code: 0, outOfMemory: false, requested: false, restarting: false };

  it.each<[string, unknown, object]>([
    ['a code that is left out', { exit_event: { exited_at: '2026-08-01T10:00:00.5Z' } }, plain],
    ['a code', { exit_event: { exit_code: 127, exited_at: 1_660_000_000_000 } }, { ...plain, code: 127 }],
    ['the nested form', { MonitorEvent: { exit_event: { exit_code: 3 } } }, { ...plain, code: 3 }],
    [
      'the nested form first',
      { exit_event: { exit_code: 1 }, MonitorEvent: { exit_event: {} } },
      { ...plain, code: 0 },
    ],
    [
      'a nested form that is empty',
      { exit_event: { exit_code: 1 }, MonitorEvent: null },
      { ...plain, code: 1 },
    ],
    [
      'a kill',
      { exit_event: { exit_code: -1, oom_killed: true, guest_signal: 9 } },
      { ...plain, code: -1, outOfMemory: true },
    ],
    [
      'a restart',
      { exit_event: { exit_code: 1, restarting: true } },
      { ...plain, code: 1, restarting: true },
    ],
    ['a request', { exit_event: { requested_stop: true } }, { ...plain, requested: true }],
    ['nothing', undefined, { ...plain, code: undefined }],
    ['null', null, { ...plain, code: undefined }],
    ['nonsense', { exit_event: { exit_code: 'x' } }, { ...plain, code: undefined }],
    ['a text', 'x', { ...plain, code: undefined }],
  ])('takes %s as it is meant', (_, request, expected) => {
    expect(read({ type: 'exit', status: 'stopped', timestamp: 1, request }).exit).toEqual(expected);
  });

  it('finds it in a crash as well, and nowhere else', () => {
    const request = { exit_event: { exit_code: -1 } };
    expect(read({ type: 'crash', status: 'stopped', request }).exit?.code).toBe(-1);
    expect(read({ type: 'start', status: 'started', request }).exit).toBeUndefined();
  });
});

describe('when it is asked since when a machine is up', () => {
  it('is the newest start, in whatever order the events were listed', () => {
    const events = [event('launch', 'created', 1_000), event('start', 'started', 3_000), exit(2_000, {})];
    expect(upSince(listed(...events))).toBe(3_000);
  });

  it('is the newer of the two starts that a restart shows', () => {
    expect(upSince(listed(event('start', 'started', 9), event('start', 'started', 8)))).toBe(9);
  });

  it.each([
    ['no events are listed', []],
    ['no start is among the five', [exit(9, {}), event('start', 'starting', 8)]],
    ['it has ended since', [exit(9, {}), event('start', 'started', 8)]],
    ['it was suspended since', [event('suspend', 'suspended', 9), event('start', 'started', 8)]],
    ['it is starting again', [event('start', 'starting', 9), event('start', 'started', 8)]],
    ['something unknown has happened since', [event('blink', 'odd', 9), event('start', 'started', 8)]],
    ['something has no time', [event('start', 'started', 9), { type: 'exit', status: 'stopped' }]],
    ['its start has none', [{ type: 'start', status: 'started' }]],
  ])('is not known where %s', (_, events) => {
    expect(upSince(listed(...events))).toBeUndefined();
  });
});

describe('when a process may have begun and ended', () => {
  const started = [event('start', 'started', 20), event('start', 'starting', 19)];

  it('tells how', () => {
    expect(endedSince(listed(exit(21, { exit_code: 127 }), ...started), 10)?.code).toBe(127);
    expect(endedSince(listed(exit(20, {}), event('start', 'starting', 19)), 10)?.code).toBe(0);
    // What comes after an end: the machine itself goes.
    const destroyed = [event('destroy', 'destroying', 22), exit(21, {}), ...started];
    expect(endedSince(listed(...destroyed), 10)?.code).toBe(0);
  });

  it.each([
    ['it began earlier', 20, [exit(21, {}), ...started]],
    ['it goes on', 10, started],
    ['another began', 10, [event('start', 'starting', 22), exit(21, {}), ...started]],
    ['Fly starts another', 10, [exit(21, { restarting: true }), ...started]],
    ['no start is listed', 10, [exit(21, {})]],
  ])('tells nothing where %s', (_, since, events) => {
    expect(endedSince(listed(...events), since)).toBeUndefined();
  });

  it('is about to begin again after a crash that Fly restarts', () => {
    const crash = exit(21, { exit_code: 1, restarting: true });
    expect(isRestarting(listed(crash, ...started))).toBe(true);
    expect(isRestarting(listed(event('restart', 'restarting', 22), crash, ...started))).toBe(true);
    expect(isRestarting(listed(event('start', 'starting', 23), crash, ...started))).toBe(false);
    expect(isRestarting(listed(exit(21, { exit_code: 1 }), ...started))).toBe(false);
  });
});
