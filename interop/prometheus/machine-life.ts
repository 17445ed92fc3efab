/** What a machine did at a moment. `age` is how long ago that is, in seconds. */
export interface MachineLife {
  /** Requests or connections in flight. */
  readonly inFlight: (age: number) => number;
  /** Requests and connections that were counted at the very moment, and none in between. */
  readonly requests: readonly { readonly age: number; readonly count: number }[];
  readonly connections: readonly { readonly age: number; readonly count: number }[];
  /** Requests per second besides. */
  readonly perSecond: (age: number) => number;
  /** Bytes per second on eth0. */
  readonly bytes: (age: number) => number;
  /** Bytes per second on dummy0. */
  readonly dummyBytes: number;
  /** Of each CPU, from 0 to 1. */
  readonly busy: (age: number) => number;
  /** What the user's own query looks at. */
  readonly depth: (age: number) => number;
  /** Behind Fly's proxy, so that `fly_app_*` is there. */
  readonly proxied: boolean;
  /** Has served requests before, so that there is a counter; otherwise the first one makes it. */
  readonly servedBefore: boolean;
  /** The proxy forgets a counter that hasn't grown for so many seconds, and counts from nothing again. */
  readonly forgetsAfter: number;
  /** Whether a sample came through. */
  readonly seen: (age: number) => boolean;
  /** Whether values are numbers. */
  readonly known: (age: number) => boolean;
  /** When all counters began anew. */
  readonly restarts: readonly number[];
  /** When it moved to another host, which counts anew. */
  readonly movedAt: number | undefined;
}

/** A machine that waits: a trickle of network, one percent of its CPUs, served something long ago. */
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
