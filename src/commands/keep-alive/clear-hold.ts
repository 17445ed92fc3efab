import type { LookTools } from '../../machines/look.js';
import { replaceMetadata } from '../../machines/replace-metadata.js';
import { type Hold, holdText, KEEP_ALIVE_UNTIL } from './hold.js';

/** Removes a hold that is still as written, or restores the one that it replaced if that is still in the future. */
export function clearHold(
  { held, before = 0, ...machine }: Hold,
  { now, ...tools }: LookTools & { now: () => number; signal: AbortSignal },
): Promise<void> {
  const value = () => (before > now() ? holdText(before) : undefined);
  return replaceMetadata(machine, { key: KEEP_ALIVE_UNTIL, ours: held, value }, tools);
}
