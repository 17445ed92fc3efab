import type { Machine } from '../machines/machine.js';

/** A value at a time, in milliseconds since 1970. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** A series as Prometheus stores it; samples in the order of time. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Value of a counter that has counted since before the window. */
const LONG_SINCE = 1_000;
const SECONDS_PER_REQUEST = 0.2;
const BACKGROUND_BYTES = 60;
const BYTES_PER_REQUEST = { recv: 500, sent: 4_000 };
/** Centiseconds per second: the unit of CPU time. */
const CPU_PER_SECOND = 100;
const IDLE_CPU = 1;
const CPU_PER_REQUEST = 4;

interface Measure {
  readonly metric: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly kind: 'gauge' | 'counter';
  /** Returns a gauge's value, or a counter's growth per second, at so many requests per second. */
  readonly of: (requests: number, at: number) => number;
  /** True: the series doesn't exist until it has counted something. */
  readonly beginsLate?: true;
}

const OF_PROXY: readonly Measure[] = [
  {
    metric: 'fly_app_concurrency',
    kind: 'gauge',
    of: (requests) => Math.ceil(requests * SECONDS_PER_REQUEST),
  },
  {
    metric: 'fly_app_http_responses_count',
    labels: { status: '200' },
    kind: 'counter',
    of: (requests) => requests,
    beginsLate: true,
  },
];

const busy = (requests: number) => Math.min(CPU_PER_SECOND, IDLE_CPU + requests * CPU_PER_REQUEST);

const OF_INSTANCE: readonly Measure[] = [
  { metric: 'fly_instance_up', kind: 'gauge', of: () => 1 },
  ...(['recv', 'sent'] as const).flatMap((way): Measure[] => {
    const metric = `fly_instance_net_${way}_bytes`;
    return [
      {
        metric,
        labels: { device: 'eth0' },
        kind: 'counter',
        of: (requests) => BACKGROUND_BYTES + requests * BYTES_PER_REQUEST[way],
      },
      { metric, labels: { device: 'dummy0' }, kind: 'counter', of: () => 0 },
    ];
  }),
  { metric: 'fly_instance_cpu', labels: { cpu_id: '0', mode: 'user' }, kind: 'counter', of: busy },
  {
    metric: 'fly_instance_cpu',
    labels: { cpu_id: '0', mode: 'idle' },
    kind: 'counter',
    of: (requests) => CPU_PER_SECOND - busy(requests),
  },
];

/** Rhythm of the measurements, and the part of them that remains; times in milliseconds. */
export interface Scrapes {
  readonly everyMs: number;
  /** Number of samples of which the first is lost; 0: none is. */
  readonly loss: number;
  readonly now: number;
  readonly thinned: boolean;
}

/**
 * Returns the series of a metric of one machine in a window, for the times at which the machine was started.
 */
export function seriesOf(
  { app, machine, metric }: { app: string; machine: Machine; metric: string },
  { from, to }: { from: number; to: number },
  scrapes: Scrapes,
): Series[] {
  const { load } = machine.behaviour;
  if (load?.missing === true) return [];
  const own = Object.entries(load?.metrics ?? {}).map(
    ([name, value]): Measure => ({ metric: name, kind: 'gauge', of: (_, at) => value(at) }),
  );
  const isServing = load?.requests !== undefined || (machine.config.services ?? []).length > 0;
  const ofProxy = OF_PROXY.map((it) =>
    load?.brief === true && it.kind === 'gauge' ? { ...it, of: () => 0 } : it,
  );
  const measures = [...own, ...(isServing ? ofProxy : []), ...OF_INSTANCE];
  const labels = { app, host: 'e0f1', instance: machine.id, region: machine.region };
  return measures
    .filter((measure) => measure.metric === metric)
    .map((measure) => ({
      labels: { __name__: metric, ...labels, ...measure.labels },
      samples: upTimes(machine, to).flatMap((up) => samplesOf(measure, machine, clip(up, from), scrapes)),
    }))
    .filter(({ samples }) => samples.length > 0);
}

interface UpTime {
  readonly begin: number;
  readonly end: number;
  readonly isCounting: boolean;
}

/** Returns the times at which the machine was started, oldest first, as far back as its past goes. */
function upTimes({ past }: Machine, to: number): UpTime[] {
  const times = past.flatMap(({ at, state }, index) => {
    const end = Math.min(past[index - 1]?.at ?? Number.POSITIVE_INFINITY, to + 1);
    return state === 'started' && end > at ? [{ begin: at, end, isCounting: false }] : [];
  });
  return times.reverse();
}

/** Cuts an up time to the window; a counter has counted what came before. */
function clip({ begin, end }: UpTime, from: number): UpTime {
  return { begin: Math.max(begin, from), end, isCounting: begin < from };
}

const DAY = 86_400_000;

/** Tells whether a sample remains: some are lost, and old ones are thinned out. */
function isKept(at: number, { everyMs, loss, now, thinned }: Scrapes): boolean {
  const index = Math.round(at / everyMs);
  if (loss > 0 && index % loss === 0) return false;
  const age = now - at;
  if (!thinned || age <= 3 * DAY) return true;
  return index % (age > 7 * DAY ? 4 : 2) === 0;
}

function samplesOf(
  { kind, of, beginsLate }: Measure,
  machine: Machine,
  up: UpTime,
  scrapes: Scrapes,
): Sample[] {
  const { everyMs } = scrapes;
  const samples: Sample[] = [];
  const { requests = () => 0, missing = false } = machine.behaviour.load ?? {};
  const isMissing = typeof missing === 'boolean' ? () => missing : missing;
  let total = up.isCounting ? LONG_SINCE : 0;
  const first = Math.ceil(up.begin / everyMs) * everyMs;
  for (let at = first; at < up.end; at += everyMs) {
    const value = of(requests(at), at);
    total += (value * everyMs) / 1000;
    if (!isKept(at, scrapes) || isMissing(at)) continue;
    if (kind === 'gauge') samples.push({ at, value });
    else if (beginsLate !== true || total > 0) samples.push({ at, value: total });
  }
  return samples;
}
