import type { Dice } from '../../../fuzz/dice.js';

/** Hours of zones all over the world: by day and overnight, of weekends, in parts, and in the night in which clocks are changed. */
const READABLE: readonly string[] = [
  'Mon-Fri 07:30-18:00 Europe/Berlin',
  'Mon-Fri 07:30-18:00 Europe/Berlin',
  'Mon-Fri 09:00-17:00 America/New_York',
  'mon-sat 08:00-20:00 america/sao_paulo',
  'Mon-Sun 22:00-06:00 Asia/Kolkata',
  'Fri-Mon 10:00-24:00 Australia/Lord_Howe',
  'Sun-Thu 00:00-12:00 Pacific/Apia',
  'Sat 09:00-13:00 Europe/Berlin, Tue-Thu 06:00-22:00 Europe/Berlin',
  'Mon-Fri 08:00-12:00 Europe/Berlin,Mon-Fri 12:00-16:00 Europe/Berlin',
  'Mon-Fri 08:00-15:00 America/New_York, Mon-Fri 14:00-20:00 Europe/Berlin',
  'Mon-Sun 02:30-01:30 Europe/Berlin',
  'Sun 01:30-02:30 America/New_York, Mon-Fri 10:00-16:00 America/New_York',
  'Mon-Sun 02:15-02:45 Australia/Lord_Howe',
];

/** Texts that nobody can read as hours. */
const UNREADABLE: readonly string[] = [
  'Mon-Fry 07:30-18:00 Europe/Berlin',
  'Mon-Fri 07:30-18:00',
  'Mon-Fri 07:30-18:00 Europe/Berln',
  'Mon-Fri 25:00-26:00 Europe/Berlin',
  'office hours',
  'Mon-Fri 07:30-18:00 Europe/Berlin; Sat 08:00-12:00 Europe/Berlin',
];

const [DAY, HOUR, QUARTER] = [86_400_000, 3_600_000, 900_000];

/** Draws hours that can be read. */
export function drawHours(dice: Dice, start: number): string {
  if (dice.chance(0.05)) return 'always';
  return dice.chance(0.12) ? drawDates(dice, start) : dice.pick(READABLE);
}

/** Draws hours that can't be read. */
export function drawUnreadable(dice: Dice): string {
  return dice.pick(UNREADABLE);
}

/** Draws one or two spans between moments, in UTC or with an offset. */
function drawDates(dice: Dice, start: number): string {
  const spans = Array.from({ length: 1 + dice.below(2) }, () => {
    const begin = start + dice.below(13) * DAY + dice.below(96) * QUARTER;
    const end = begin + (1 + dice.below(60)) * HOUR;
    return `${utc(begin)}/${dice.chance(0.5) ? utc(end) : berlinWinter(end)}`;
  });
  return spans.join(', ');
}

const utc = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
const berlinWinter = (at: number) => `${new Date(at + HOUR).toISOString().slice(0, 19)}+01:00`;
