/** Work of a machine, and the part of it that metrics show; times in milliseconds since 1970. */
export interface Load {
  /** Returns the requests per second at a time, while the machine is started. Default none. */
  readonly requests?: (at: number) => number;
  /** Gauges of its own by name. NaN appears as such. */
  readonly metrics?: Readonly<Record<string, (at: number) => number>>;
  /** True: its requests are over so soon that none is in flight when it is measured. Default false. */
  readonly brief?: boolean;
  /** True: no metrics of it arrive at all; or the times at which none do. Default false. */
  readonly missing?: boolean | ((at: number) => boolean);
}

const MINUTE = 60_000;
/** Milliseconds of every half hour that a spike lasts. */
const SPIKE_MS = 20_000;

/** Loads by their names on the command line. */
export const LOADS = {
  /** A service behind the proxy without requests. */
  idle: { requests: () => 0 },
  busy: { requests: () => 5 },
  /** Requests now and then, of which only counters tell. */
  brief: { requests: () => 0.1, brief: true },
  spiky: { requests: (at) => (at % (30 * MINUTE) < SPIKE_MS ? 5 : 0) },
  unmeasured: { missing: true },
} as const satisfies Readonly<Record<string, Load>>;
