import { createHash } from 'node:crypto';
import type { Selected } from './selection.js';

/** One of several equal shares of a fleet. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly total: number;
}

/**
 * The machines of a shard, in their order. A machine's share hangs on its id alone, so that jobs that list the
 * fleet at different times split it without gaps and without overlaps.
 */
export function ofShard(selected: readonly Selected[], shard: Shard | undefined): readonly Selected[] {
  if (shard === undefined) return selected;
  return selected.filter(({ machine }) => placeOf(machine.id, shard.total) === shard.index);
}

function placeOf(id: string, total: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % total;
}

/** What a person should know where a shard has none of the machines that were selected. */
export function shardNotices(selected: readonly Selected[], ours: readonly Selected[]): string[] {
  return selected.length > 0 && ours.length === 0 ? ["None of the machines is in this job's shard."] : [];
}

/** For the last line: which share of the machines it is about. */
export function shareOf(shard: Shard | undefined): string {
  return shard === undefined ? '' : `, share ${shard.index}/${shard.total}`;
}
