import { type Life, metadataAt, stateAt } from '../../checks/view/life.js';

const NO = /^\s*(false|no|off|0)?\s*$/i;
const MARK = /^(\S+) (stopped|suspended|started|announced) (\S+)$/;

/** Mark of a machine, as its metadata have it. */
export interface MarkTruth {
  /** `other` for a text of another form, which counts as put down. */
  readonly word: 'stopped' | 'suspended' | 'started' | 'announced' | 'other';
  /** Time in milliseconds since 1970; undefined for a text of another form. */
  readonly at: number | undefined;
  readonly value: string;
}

/** Reads a mark. */
export function markIn(value: string | undefined): MarkTruth | undefined {
  if (value === undefined || value === '') return undefined;
  const [, time = '', word] = MARK.exec(value) ?? [];
  const at = Date.parse(time);
  if (Number.isNaN(at)) return { word: 'other', at: undefined, value };
  // The cast is safe: the pattern has these words alone.
  return { word: word as MarkTruth['word'], at, value };
}

/** Returns a machine's mark of a name at a time. */
export function markAt(life: Life, name: string, time: number): MarkTruth | undefined {
  return markIn(metadataAt(life, `marked-${name}`, time));
}

/** Returns whether a mark tells of a machine that was put down. */
export function isOfDown(mark: MarkTruth | undefined): boolean {
  return mark !== undefined && mark.word !== 'announced' && mark.word !== 'started';
}

/** Returns whether a machine is down at a time. */
export function isDownAt(life: Life, time: number): boolean {
  const state = stateAt(life, time) ?? '';
  return state === 'stopped' || state === 'suspended' || state === 'failed' || state === 'created';
}

/** Returns why a machine is to be left running at a time, whatever the hour. */
export function claimAt(life: Life, time: number, run: string): string | undefined {
  const { schedule, auto_destroy: isOneShot } = life.spec?.config ?? {};
  if (schedule !== undefined) return 'it is on a schedule';
  if (isOneShot === true) return 'a stop destroys it';
  if (life.cordons.findLast(({ at }) => at <= time)?.is === true) return 'it was cordoned';
  if (!NO.test(metadataAt(life, 'keep-alive', time) ?? '')) return 'it bore keep-alive';
  const until = metadataAt(life, 'keep-alive-until', time);
  if (until !== undefined && !(Date.parse(until) <= time)) return `it bore keep-alive-until ${until}`;
  return isLeased(life, time, run) ? 'somebody held a lease' : undefined;
}

/** Returns whether somebody else than a run holds a lease on a machine. */
export function isLeased({ happenings }: Life, time: number, run: string): boolean {
  const lease = happenings.findLast((it) => it.kind === 'lease' && it.at <= time);
  if (lease?.kind !== 'lease' || lease.does === 'released' || lease.until <= time) return false;
  return lease.cause.kind !== 'request' || lease.cause.by !== run;
}
