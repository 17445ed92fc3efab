/**
 * A second way to edges: walks through time minute by minute with the wall clock of each zone, and asks of each minute whether
 * the clock has shown the begin by then and is still to reach the end. Shares nothing with `src/hours`, not even the grammar.
 */
const HALF_HOUR = 1_800_000;
const DAY = 86_400_000;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Wall clock of a zone over some months. Times are minutes since 1970, those of the wall clock as if it were UTC. */
interface Walk {
  /** Latest time shown up to each minute. */
  readonly shown: Int32Array;
  /** Earliest time that is shown or reached after each minute. */
  readonly toCome: Int32Array;
}

const walks = new Map<string, Walk>();

function walk(zone: string, from: number, to: number): Walk {
  const key = `${zone} ${from} ${to}`;
  const walked = walks.get(key) ?? walkAnew(zone, from, to);
  walks.set(key, walked);
  return walked;
}

function walkAnew(zone: string, from: number, to: number): Walk {
  const wall = wallClock(zone, from, to);
  const [shown, toCome] = [wall.slice(), wall.map((time) => time + 1)];
  for (let index = 1, latest = wall[0] ?? 0; index < wall.length; index++) {
    const time = wall[index] ?? 0;
    if (time > latest) latest = time;
    shown[index] = latest;
  }
  for (let index = wall.length - 2; index >= 0; index--) {
    const [time, after, later] = [toCome[index] ?? 0, wall[index + 1] ?? 0, toCome[index + 1] ?? 0];
    const earliest = Math.min(after, later);
    if (earliest < time) toCome[index] = earliest;
  }
  return { shown, toCome };
}

/** Returns what the clock on the wall shows at each minute. Clocks change at whole or half hours of UTC. */
function wallClock(zone: string, from: number, to: number): Int32Array {
  const numeric = 'numeric';
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
  });
  const shownAt = (at: number): number => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour, minute } = part;
    return Date.UTC(year, month - 1, day, hour, minute) / 60_000;
  };
  const wall = new Int32Array((to - from) / 60_000);
  for (let at = from, step = DAY; at < to; at += step) {
    const shown = shownAt(at);
    // On most days the clock just goes on.
    if (at % DAY === 0) step = shownAt(at + DAY) === shown + 1440 ? DAY : HALF_HOUR;
    const [start, minutes] = [(at - from) / 60_000, step / 60_000];
    for (let index = 0; index < minutes; index++) wall[start + index] = shown + index;
  }
  return wall;
}

/** Edge as the walk finds it: the first moment of a new side, which is in or out. */
interface WalkedEdge {
  readonly at: number;
  readonly isIn: boolean;
}

/** Returns the edges of weekly hours between two days by the walk, after one for its begin, whatever lies before that. */
export function walkedEdges(hours: string, from: number, to: number): WalkedEdge[] {
  const isIn = new Uint8Array((to - from) / 60_000);
  for (const text of hours.split(', ')) markIn(isIn, text, from, to);
  const edges: WalkedEdge[] = [];
  for (let index = 0; index >= 0; index = isIn.indexOf(isIn[index] === 1 ? 0 : 1, index))
    edges.push({ at: from + index * 60_000, isIn: isIn[index] === 1 });
  return edges;
}

function markIn(isIn: Uint8Array, text: string, from: number, to: number): void {
  const [, first = '', last = '', begin = '', end = '', zone = ''] =
    /^(\w+)-(\w+) ([\d:]+)-([\d:]+) (\S+)$/.exec(text) ?? [];
  const [firstDay, lastDay] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  const isOn = DAYS.map((_, day) =>
    firstDay <= lastDay ? firstDay <= day && day <= lastDay : day >= firstDay || day <= lastDay,
  );
  const beginning = minutes(begin);
  const ending = minutes(end) + (minutes(end) <= beginning ? 1440 : 0);
  const { shown, toCome } = walk(zone, from, to);
  for (let day = from / DAY - 3; day <= to / DAY + 1; day++)
    if (isOn[(day + 4) % 7])
      isIn.fill(1, reach(shown, day * 1440 + beginning), reach(toCome, day * 1440 + ending + 1));
}

/** Returns the first minute of a walk that has come to a time; its last where none has. */
function reach(times: Int32Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function minutes(time: string): number {
  const [hours = '', rest = ''] = time.split(':');
  return Number(hours) * 60 + Number(rest);
}
