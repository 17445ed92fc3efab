import type { UnixMs } from '../../clock.js';
import type { CaveatReport } from '../../permissions/report-shape.js';

const CELLS = 8;
const MS = 1_000;

/** Draws how much of a token's life is left, as squares; empty where its begin isn't known. */
export function lifeBar(
  caveats: readonly CaveatReport[],
  { end, now }: { readonly end: UnixMs; readonly now: UnixMs },
): string {
  const begins = caveats.flatMap(({ json }) => beginIn(json?.type, json?.body));
  if (begins.length === 0) return '';
  const begin = Math.max(...begins);
  const left = Math.round((CELLS * (end - now)) / (end - begin));
  const full = Math.min(CELLS, Math.max(now < end ? 1 : 0, left || 0));
  return '🟩'.repeat(full) + '⬜'.repeat(CELLS - full);
}

/** Returns the begin that a caveat sets, in Unix ms. (superfly/macaroon: caveat_set.go) */
function beginIn(type: string | undefined, body: unknown): number[] {
  if (type !== 'ValidityWindow' || typeof body !== 'object' || body === null || !('not_before' in body))
    return [];
  return typeof body.not_before === 'number' && body.not_before > 0 ? [body.not_before * MS] : [];
}
