import { decode } from '@msgpack/msgpack';
import { systemClock } from '../emulator/clock.js';
import { createFly } from '../emulator/fly.js';
import { systemRandom } from '../emulator/random.js';
import { dischargesFor, parseBundle, ticketsOf, usableUntil } from '../src/macaroon/bundle.js';
import { type Figure, median, withoutTarget } from './tools/figure.js';

const BATCHES = 61;
const BATCH_SIZE = 200;

/**
 * Measures parsing and pairing a bundle, as a step does at its start, next to the msgpack package's decoding of
 * the same bytes.
 */
export async function parsing(): Promise<Figure[]> {
  const fly = createFly({ clock: systemClock, random: systemRandom, apps: [{ name: 'my-app' }] });
  const text = fly.mintToken({ app: 'my-app', withDischarge: true });
  const parts = text.replace('FlyV1 ', '').split(',');
  if (pair(text) !== 1 || parts.length !== 2) throw new Error('The bundle does not pair.');
  const bytes = () => parts.map((part) => Buffer.from(part.slice('fm2_'.length), 'base64'));
  const ours: number[] = [];
  const plain: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    ours.push(microseconds(() => pair(text)));
    plain.push(microseconds(() => bytes().map((it) => decode(it, { useBigInt64: true }))));
  }
  const [us, plainUs] = [median(ours), median(plain)];
  return [
    withoutTarget(
      'parsing and pairing one permission token and one discharge',
      `${us.toFixed(0)} µs, ${(us / plainUs).toFixed(1)} times the msgpack package's own decoding of both`,
      `${text.length} characters; medians of ${BATCHES} batches of ${BATCH_SIZE}`,
    ),
  ];
}

/** Returns the number of tickets that have a discharge. */
function pair(text: string): number {
  const bundle = parseBundle(text);
  if (usableUntil(bundle) === undefined) return 0;
  const tickets = bundle.permissions.flatMap(ticketsOf);
  return tickets.filter((ticket) => dischargesFor(ticket, bundle.discharges).length > 0).length;
}

/** Returns the microseconds of one call, averaged over a batch. */
function microseconds(work: () => unknown): number {
  const start = performance.now();
  for (let i = 0; i < BATCH_SIZE; i += 1) work();
  return ((performance.now() - start) * 1_000) / BATCH_SIZE;
}
