import { type Answer, refusal } from '../http.js';
import type { World } from '../world.js';

/** Rate at which Fly answers one action on one identifier. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Rate of every action except reading one machine. (docs: machines/api/working-with-machines-api) */
export const USUAL_RATE: Rate = { perSecond: 1, burst: 3 };
/** Rate of reading one machine. */
export const GET_RATE: Rate = { perSecond: 5, burst: 10 };

/** Takes one token from the bucket of an action and identifier. Returns the 429 when the bucket is empty. */
export function refuseAboveRate(
  world: World,
  bucket: string,
  { perSecond, burst }: Rate,
): Answer | undefined {
  const { settings, clock, buckets } = world;
  if (!settings.rateLimits) return undefined;
  const now = clock.now();
  const before = buckets.get(bucket) ?? { tokens: burst, at: now };
  const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond);
  const granted = tokens >= 1;
  buckets.set(bucket, { tokens: granted ? tokens - 1 : tokens, at: now });
  if (granted) return undefined;
  const headers: Record<string, string> =
    settings.retryAfterS > 0 ? { 'retry-after': String(settings.retryAfterS) } : {};
  return refusal(429, 'rate limit exceeded', headers);
}
