import { HoursReader } from '../../../src/hours/hours-reader.js';

describe('when many machines share a few texts', () => {
  const reader = new HoursReader(Date.UTC(2026, 10, 30, 12));

  it('answers as of one moment', () => {
    expect(reader.of('Mon 07:00-18:00 UTC')).toEqual({
      isIn: true,
      last: Date.UTC(2026, 10, 30, 7),
      next: Date.UTC(2026, 10, 30, 18),
    });
  });

  it('says why it can’t read one', () => {
    expect(reader.of('alway')).toEqual({ why: '`alway` is no span of time. Did you mean `always`?' });
  });

  it.each(['Mon 07:00-18:00 UTC', 'alway'])('reads %s once', (text) => {
    expect(reader.of(text)).toBe(reader.of(text));
  });
});
