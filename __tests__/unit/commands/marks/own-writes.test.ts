import { markText } from '../../../../src/commands/marks/mark.js';
import { withoutOwnWrites } from '../../../../src/commands/marks/own-writes.js';

const MARKED = Date.parse('2026-11-24T12:00:00Z');
const SECOND = 1_000;
const metadata = { 'marked-idle': markText(MARKED, 'announced', 'o/r/1') };
/** An event so many seconds after the mark. */
const event = (type: string, status: string, seconds: number) => ({
  ...{ type, status, source: 'user', at: MARKED + seconds * SECOND },
});
const START = event('start', 'started', -3_600);
const WRITE = event('update', 'started', 1);

describe('when a mark has moved what Fly tells of a machine', () => {
  it.each([
    [-6, false],
    [-5, true],
    [0, true],
    [20, true],
    [21, false],
  ])('knows the write by its time: %d s after the mark is %s', (seconds, isOwn) => {
    const written = { ...WRITE, at: MARKED + seconds * SECOND };
    const found = withoutOwnWrites({ metadata, events: [written, START], updatedAt: written.at });
    const kept = { events: [written, START], updatedAt: written.at };
    expect(found).toEqual(isOwn ? { events: [START], updatedAt: START.at } : kept);
  });

  it('knows those that were written over by their kind', () => {
    const events = [WRITE, event('update', 'started', -60), event('update', 'stopped', -90), START];
    expect(withoutOwnWrites({ metadata, events, updatedAt: MARKED }).events).toEqual([events[2], START]);
  });

  it.each(['start', 'stop', 'exit', 'crash', 'suspend', 'restart', 'destroy', 'launch', 'migrate'])(
    'keeps what tells of the run: %s',
    (type) => {
      const events = [event(type, 'stopped', 1), START];
      expect(withoutOwnWrites({ metadata, events, updatedAt: undefined }).events).toEqual(events);
    },
  );

  it.each<[string, Record<string, string>]>([
    ['without marks', { 'keep-alive': 'no' }],
    ['whose mark is of another form', { 'marked-idle': 'yes' }],
  ])('keeps all of a machine %s', (_, others) => {
    const machine = { metadata: others, events: [WRITE, START], updatedAt: WRITE.at };
    expect(withoutOwnWrites(machine)).toEqual({ events: [WRITE, START], updatedAt: WRITE.at });
  });
});
