import { announcedAt, notYet, pendingWords } from '../../../../src/commands/idle/announcement.js';
import { appMachine } from '../../../support/machines.js';

const HOUR = 3_600_000;
const MARKED = Date.parse('2026-11-24T12:00:00Z');
const ANNOUNCE = { ms: 24 * HOUR, by: 'o/r/2' };
const bearing = (value: string | undefined, newestStart: number | undefined = MARKED - HOUR) =>
  appMachine('m', { newestStart, metadata: value === undefined ? {} : { 'marked-idle': value } });
const VALID = '2026-11-24T12:00:00.000Z announced o/r/1';

describe('when a machine bears an announcement', () => {
  it('knows its time', () => expect(announcedAt(bearing(VALID), MARKED + HOUR)).toBe(MARKED));

  it.each<[string, ReturnType<typeof bearing>]>([
    ['there is none', bearing(undefined)],
    ['it is of another form', bearing('tomorrow')],
    ['it says that the machine was put down', bearing('2026-11-24T12:00:00.000Z stopped o/r/1')],
    ['it is older than the newest start', bearing(VALID, MARKED + 1)],
    ['the newest start is not known', appMachine('m', { metadata: { 'marked-idle': VALID } })],
    ['it is dated in the future', bearing('2026-11-24T14:00:00.000Z announced o/r/1')],
  ])('holds nothing where %s', (_, machine) => {
    expect(announcedAt(machine, MARKED + HOUR)).toBeUndefined();
    expect(notYet(machine, ANNOUNCE, MARKED + HOUR)).toBe('its announcement holds no more');
  });

  it('is due once the time of today has passed', () => {
    const words = pendingWords(MARKED + ANNOUNCE.ms);
    expect(words).toBe('announced: will be stopped after 2026-11-25T12:00:00Z unless it is busy before');
    const verdict = (ms: number, now: number) => notYet(bearing(VALID), { ...ANNOUNCE, ms }, MARKED + now);
    expect([verdict(24 * HOUR, 24 * HOUR - 1), verdict(24 * HOUR, 24 * HOUR)]).toEqual([words, undefined]);
    expect(verdict(HOUR, HOUR)).toBeUndefined();
  });
});
