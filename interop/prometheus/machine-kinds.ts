import type { SignalName } from '../../src/metrics/signals.js';
import { type MachineLife, WAITING } from './machine-life.js';

/**
 * The truth about a machine by one signal: it was quiet over the last half hour, or the reason why no client can
 * say so.
 */
export type Truth = 'quiet' | RegExp;

/** A kind of machine: its life, and the truth about it. */
export interface MachineKind {
  readonly name: string;
  /** Makes a life; `between` returns a random number. */
  readonly life: (between: (least: number, most: number) => number) => Partial<MachineLife>;
  readonly truth: Readonly<Record<SignalName, Truth>>;
}

const MIN = 60;
const all = (truth: Truth) => ({ traffic: truth, network: truth, cpu: truth, query: truth });
const QUIET = all('quiet');
const within =
  (from: number, to: number) =>
  (age: number): boolean =>
    age <= from && age > to;

/** Makes a load from 0 to 1 of everything that is measured. */
function lifeUnderLoad(load: (age: number) => number): Partial<MachineLife> {
  return {
    inFlight: (age) => Math.ceil(load(age) * 5),
    perSecond: (age) => load(age) * 10,
    bytes: (age) => WAITING.bytes(age) + load(age) * 50_000,
    busy: (age) => WAITING.busy(age) + load(age) * 0.6,
    depth: (age) => load(age) * 20,
  };
}

const LOADED = {
  traffic: /^busy: .* at once$/,
  network: /bytes\/s/,
  cpu: /^busy: CPU/,
  query: /^busy: value up to/,
};

/** Every way to be quiet, busy or unknown in a window of half an hour. */
export const KINDS: readonly MachineKind[] = [
  {
    name: 'idle, and never served, with some traffic on dummy0',
    life: () => ({ servedBefore: false, dummyBytes: 50_000 }),
    truth: QUIET,
  },
  {
    name: 'idle since before the window',
    life: (between) => {
      const since = between(35 * MIN, 150 * MIN);
      const forgetsAfter = between(0, 1) < 0.5 ? 60 : WAITING.forgetsAfter;
      return { ...lifeUnderLoad((age) => (age > since ? 0.5 : 0)), forgetsAfter };
    },
    truth: QUIET,
  },
  {
    name: 'idle, with samples that were lost',
    life: (between) => {
      const [lost, end] = [between(6 * MIN, 28 * MIN), between(0, 2 * MIN)];
      return { seen: (age) => !within(lost, lost - 1.5 * MIN)(age) && age >= end };
    },
    truth: QUIET,
  },
  {
    name: 'busy',
    life: (between) => {
      const load = between(0.2, 1);
      return lifeUnderLoad(() => load);
    },
    truth: LOADED,
  },
  {
    name: 'one spike',
    life: (between) => {
      const start = between(4 * MIN, 28 * MIN);
      return lifeUnderLoad((age) => (within(start, start - 100)(age) ? 1 : 0));
    },
    truth: LOADED,
  },
  {
    name: 'requests that no sample met in flight',
    life: (between) => ({ requests: [{ age: between(2 * MIN, 29 * MIN), count: 3 }] }),
    truth: { ...QUIET, traffic: /^busy: requests served: 3$/ },
  },
  {
    name: 'the first request ever',
    life: (between) => ({ servedBefore: false, requests: [{ age: between(2 * MIN, 28 * MIN), count: 1 }] }),
    truth: { ...QUIET, traffic: /^busy: requests served: 1$/ },
  },
  {
    name: 'requests so rare that the proxy forgets to count in between',
    life: (between) => {
      // The machine is away between two steps for at most two minutes, so that no step misses it.
      const pause = between(0, 1) < 0.6 ? between(80, 118) : between(118, 400);
      const rare = Array.from({ length: 135 }, (_, index) => ({ age: index * pause + 5, count: 1 }));
      return { requests: rare, forgetsAfter: 60 };
    },
    truth: { ...QUIET, traffic: /^(busy: requests served|restarted)/ },
  },
  {
    name: 'a connection of raw TCP',
    life: (between) => ({ connections: [{ age: between(2 * MIN, 28 * MIN), count: 1 }] }),
    truth: { ...QUIET, traffic: /^busy: connections served: 1$/ },
  },
  {
    name: 'open WebSockets',
    life: () => ({ inFlight: () => 2 }),
    truth: { ...QUIET, traffic: /^busy: up to 2 requests at once$/ },
  },
  {
    name: 'private traffic only',
    life: () => ({ bytes: () => 20_000 }),
    truth: { ...QUIET, network: /bytes\/s/ },
  },
  {
    name: 'a worker that waits',
    life: () => ({ proxied: false }),
    truth: { ...QUIET, traffic: /^no metrics(: idle-signal network or cpu may have some)?$/ },
  },
  {
    name: 'a worker that works',
    life: () => ({ proxied: false, busy: () => 0.4, depth: () => 8 }),
    truth: {
      traffic: /^no metrics(: idle-signal network or cpu may have some)?$/,
      network: 'quiet',
      cpu: /^busy: CPU/,
      query: /^busy: value up to 8$/,
    },
  },
  {
    name: 'restarted',
    life: (between) => {
      const at = between(4 * MIN, 27 * MIN);
      return { restarts: [at], seen: (age) => !within(at + 20, at)(age) };
    },
    // A gauge shows no difference; other series show that the machine started.
    truth: { ...all(/^restarted/), query: 'quiet' },
  },
  {
    name: 'restarted, and busy again',
    life: (between) => ({ ...lifeUnderLoad(() => 0.5), restarts: [between(4 * MIN, 27 * MIN)] }),
    truth: {
      traffic: /^busy: .* at once$/,
      network: /^restarted/,
      cpu: /^restarted/,
      query: /^busy: value up to/,
    },
  },
  {
    name: 'moved to another host',
    life: (between) => ({ movedAt: between(4 * MIN, 27 * MIN) }),
    truth: { ...all(/^restarted/), query: 'quiet' },
  },
  {
    name: 'missing',
    life: () => ({ seen: () => false }),
    truth: all(/^no metrics(: idle-signal network or cpu may have some)?$/),
  },
  {
    name: 'no number',
    life: (between) => {
      const start = between(8 * MIN, 28 * MIN);
      return { known: (age) => !within(start, start - 5.5 * MIN)(age) };
    },
    truth: all(/^metrics make no sense: not a number$/),
  },
  {
    name: 'a gap at the end',
    life: (between) => {
      // The span is shorter, or longer, than the five minutes for which Prometheus repeats the last sample.
      const end = between(4.2 * MIN, 20 * MIN);
      return { seen: (age) => age >= end };
    },
    truth: all(/^metrics end .* ago$/),
  },
  {
    name: 'a gap at the start, or in between',
    life: (between) => {
      const from = between(9 * MIN, 40 * MIN);
      return { seen: (age) => !within(from, Math.min(from - 5.2 * MIN, 25 * MIN))(age) };
    },
    truth: all(/^(metrics begin .* ago|no metrics for .* in between)$/),
  },
];
