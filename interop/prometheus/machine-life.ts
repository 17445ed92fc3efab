/** Life of a machine. Each function takes `age`, the seconds before now. */
export interface MachineLife {
  /** Requests or connections in flight. */
  readonly inFlight: (age: number) => number;
  /** Requests and connections counted at exactly these moments. */
  readonly requests: readonly { readonly age: number; readonly count: number }[];
  readonly connections: readonly { readonly age: number; readonly count: number }[];
  /** Requests per second besides. */
  readonly perSecond: (age: number) => number;
  /** Bytes per second on eth0. */
  readonly bytes: (age: number) => number;
  /** Bytes per second on dummy0. */
  readonly dummyBytes: number;
  /** Load of each CPU, from 0 to 1. */
  readonly busy: (age: number) => number;
  /** Value that the user's own query reads. */
  readonly depth: (age: number) => number;
  /** True if it is behind Fly's proxy, so that there are `fly_app_*` series. */
  readonly proxied: boolean;
  /**
   * True if it has served requests before, so that there is a counter; otherwise the first request makes it.
   */
  readonly servedBefore: boolean;
  /** Seconds after which the proxy forgets a counter that hasn't grown; it then counts from zero. */
  readonly forgetsAfter: number;
  /** Tells whether a sample arrived. */
  readonly seen: (age: number) => boolean;
  /** Tells whether values are numbers. */
  readonly known: (age: number) => boolean;
  /** Ages at which all counters began anew. */
  readonly restarts: readonly number[];
  /** Age at which it moved to another host, which counts anew. */
  readonly movedAt: number | undefined;
}

/** A machine that waits: a trickle of network, one percent of its CPUs, the last request long ago. */
export const WAITING: MachineLife = {
  inFlight: () => 0,
  requests: [],
  connections: [],
  perSecond: () => 0,
  bytes: () => 150,
  dummyBytes: 0,
  busy: () => 0.01,
  depth: () => 0,
  proxied: true,
  servedBefore: true,
  forgetsAfter: Number.POSITIVE_INFINITY,
  seen: () => true,
  known: () => true,
  restarts: [],
  movedAt: undefined,
};
