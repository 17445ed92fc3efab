import type { Exchange } from '../../../emulator/exchange.js';
import type { Sent } from '../view/sent.js';

/** Request that came before the time that a 429 had given its sender was over. */
export interface TooSoon {
  readonly sent: Sent;
  /** Milliseconds that it was too early. */
  readonly byMs: number;
}

/** Longest way of a request: what was sent before the 429 came in may arrive after it, in milliseconds. */
const WAY_MS = 100;

/** Returns the first request of a run that came while a 429 asked to wait: the same request, or another of its kind and place. */
export function askedTooSoon(
  sent: readonly Sent[],
  bucketOf: (exchange: Exchange) => string,
): TooSoon | undefined {
  const closed = new Map<string, { readonly from: number; readonly until: number }[]>();
  for (const it of sent) {
    const waits = closed.get(bucketOf(it.exchange)) ?? [];
    const { at } = it.exchange;
    const broken = waits.find(({ from, until }) => at > from + WAY_MS && at < until);
    if (broken !== undefined) return { sent: it, byMs: broken.until - at };
    const seconds = secondsIn(it.exchange);
    if (seconds === undefined) continue;
    const { endedAt } = it.exchange;
    closed.set(bucketOf(it.exchange), [...waits, { from: endedAt, until: endedAt + seconds * 1_000 }]);
  }
  return undefined;
}

/** Returns the `Retry-After` of a 429 as its sender saw it; undefined for any other reply. */
function secondsIn({ reply }: Exchange): number | undefined {
  if ('fault' in reply || reply.status !== 429) return undefined;
  const value = reply.headers['retry-after'] ?? '';
  return /^\d+$/.test(value) ? Number(value) : undefined;
}
