import { KINDS, type MachineKind } from './machine-kinds.js';
import { type MachineLife, WAITING } from './machine-life.js';
import { type MeasuredMachine, tellSamples } from './machine-samples.js';

/** A machine, and the truth about it. */
export interface KnownMachine extends MeasuredMachine {
  readonly kind: MachineKind;
}

/** Hours before now at which series begin. */
const HOURS = 3;
const INTERVALS = [15, 30, 60, 60] as const;

/** Makes machines of every kind in one app, the same for the same seed. */
export function knownMachines(app: string, perKind: number, seed = 1): readonly KnownMachine[] {
  const random = randomness(seed);
  const between = (least: number, most: number) => least + random() * (most - least);
  return KINDS.flatMap((kind, row) =>
    Array.from({ length: perKind }, (_, column): KnownMachine => {
      const interval = INTERVALS[column % INTERVALS.length] ?? 60;
      const life: MachineLife = { ...WAITING, ...kind.life(between) };
      const id = (0x148e_0000_0000 + row * 0x10_0000 + column).toString(16).padStart(14, '0');
      return { kind, app, id, life, interval, cpus: 1 + (column % 2), phase: between(0, interval) };
    }),
  );
}

/** Writes the samples of three hours up to `now` (Unix milliseconds) as OpenMetrics, series by series. */
export function* openMetrics(machines: readonly MeasuredMachine[], now: number): Iterable<string> {
  for (const machine of machines) {
    const bySeries = new Map<string, string[]>();
    tellSamples(machine, { now: now / 1000, hours: HOURS }, (metric, labels, value, at) => {
      const text = Object.entries(labels).map(([name, label]) => `${name}=${JSON.stringify(label)}`);
      const series = `${metric}{${text.join(',')}}`;
      const lines = bySeries.get(series) ?? [];
      lines.push(`${series} ${value} ${at.toFixed(3)}\n`);
      bySeries.set(series, lines);
    });
    for (const lines of bySeries.values()) yield lines.join('');
  }
}

/** Makes numbers from 0 up to, but not including, 1, the same for the same seed. (Mulberry32) */
function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
