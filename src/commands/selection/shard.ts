import { createHash } from 'node:crypto';
import type { Selected } from './selection.js';

/** One of several nearly equal shares of a fleet. */
export interface Shard {
  /** Number of the share, from 0. */
  readonly index: number;
  readonly total: number;
}

/**
 * Returns the machines of a shard, in their order; all of them without a shard. A machine's share depends on its id
 * alone, so that jobs that list the fleet at different times split it without gaps or overlaps.
 */
export function ofShard(selected: readonly Selected[], shard: Shard | undefined): readonly Selected[] {
  if (shard === undefined) return selected;
  return selected.filter(({ machine }) => shareIndex(machine.id, shard.total) === shard.index);
}

function shareIndex(id: string, total: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % total;
}

/** Returns a notice where machines were selected, but none of them is in this job's shard. */
export function shardNotices(selected: readonly Selected[], ours: readonly Selected[]): string[] {
  return selected.length > 0 && ours.length === 0 ? ["None of the machines is in this job's shard."] : [];
}

/** Names the share in the log's last line: `, share 0/4`; empty without a shard. */
export function shareOf(shard: Shard | undefined): string {
  return shard === undefined ? '' : `, share ${shard.index}/${shard.total}`;
}
