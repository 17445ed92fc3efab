/** Work of a machine, and the part of it that metrics show; times in milliseconds since 1970. */
export interface Load {
  /** Returns the requests per second at a time, while the machine is started. Default none. */
  readonly requests?: (at: number) => number;
  /** Gauges of its own by name. NaN appears as such. */
  readonly metrics?: Readonly<Record<string, (at: number) => number>>;
  /** True: no metrics of it arrive at all. Default false. */
  readonly missing?: boolean;
}

const MINUTE = 60_000;
/** Milliseconds of every half hour that a spike lasts. */
const SPIKE_MS = 20_000;

/** Loads by their names on the command line. */
export const LOADS = {
  /** A service behind the proxy without requests. */
  idle: { requests: () => 0 },
  busy: { requests: () => 5 },
  spiky: { requests: (at) => (at % (30 * MINUTE) < SPIKE_MS ? 5 : 0) },
  unmeasured: { missing: true },
} as const satisfies Readonly<Record<string, Load>>;
