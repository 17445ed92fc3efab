/** What a machine has to do, and what of that can be seen; times in milliseconds since 1970. */
export interface Load {
  /** Requests per second that come to it at a time, as long as it is started. Default none. */
  readonly requests?: (at: number) => number;
  /** Gauges of its own, by name. NaN is shown as it is. */
  readonly metrics?: Readonly<Record<string, (at: number) => number>>;
  /** Whether no metrics of it arrive at all. Default false. */
  readonly missing?: boolean;
}

const MINUTE = 60_000;
/** A spike is this much of every half hour. */
const SPIKE_MS = 20_000;

/** Loads that can be named on a command line. */
export const LOADS = {
  /** Behind the proxy, and nobody asks for anything. */
  idle: { requests: () => 0 },
  busy: { requests: () => 5 },
  spiky: { requests: (at) => (at % (30 * MINUTE) < SPIKE_MS ? 5 : 0) },
  unmeasured: { missing: true },
} as const satisfies Readonly<Record<string, Load>>;
