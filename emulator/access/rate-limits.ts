import { type Answer, refusal } from '../http.js';
import type { World } from '../world.js';

/** How often one action on one identifier is answered. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Every action but reading one machine. (docs: machines/api/working-with-machines-api) */
export const USUAL_RATE: Rate = { perSecond: 1, burst: 3 };
export const GET_RATE: Rate = { perSecond: 5, burst: 10 };

/** Takes one token from the bucket of an action and identifier; the 429 when there is none left. */
export function limited(world: World, bucket: string, { perSecond, burst }: Rate): Answer | undefined {
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
