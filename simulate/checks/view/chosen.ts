import { createHash } from 'node:crypto';
import type { Life } from './life.js';
import { groupsOf, hadPair, hadPairThroughout, valuesOf } from './metadata-in.js';
import { statesIn, type TruthSpan } from './span.js';
import type { Wish } from './wish.js';

/** Process groups of machines that Fly makes for itself. */
const SPECIAL = ['fly_app_release_command', 'fly_app_test_machine_command', 'fly_app_console'];

/** States in which a machine stays by itself: what passes through others may still come to be what was chosen. */
const RESTING = ['created', 'started', 'stopped', 'suspended', 'failed', 'destroyed'];

/** Returns why a step must not touch a machine, whenever within the span it may have listed it; undefined if it may. */
export function whyNot(wish: Wish, life: Life, span: TruthSpan, isSweeping: boolean): string | undefined {
  const { states, command } = wish;
  const been = statesIn(life, span);
  if (states !== undefined && command !== 'wait' && !states.some((it) => been.has(it)))
    return `was never ${states.join(' or ')}`;
  return unwanted(wish, life, span, isSweeping);
}

/** Returns why a step must not touch a machine any more by what it saw right before; undefined if it may. */
export function whyNoMore(wish: Wish, life: Life, span: TruthSpan, isSweeping: boolean): string | undefined {
  const { states } = wish;
  const been = [...statesIn(life, span)];
  if (states !== undefined && !been.some((it) => states.includes(it) || !RESTING.includes(it)))
    return `was ${been.join(', then ')} when it was looked at again`;
  return unwanted(wish, life, span, isSweeping);
}

/** Returns whether a machine fits all filters of a step, whenever within the span it may have listed it. */
export function certainlyFits(wish: Wish, life: Life, span: TruthSpan): boolean {
  const { groups, states, metadata, command } = wish;
  if (unfit(wish, life, span) !== undefined) return false;
  const isSteady = (values: readonly unknown[]) => new Set(values).size === 1;
  const keys = [
    ...metadata.map(({ key }) => key),
    ...(groups === undefined ? [] : ['fly_process_group', 'process_group']),
  ];
  if (!keys.every((key) => isSteady(valuesOf(life, key, span)))) return false;
  return (
    states === undefined || command === 'wait' || [...statesIn(life, span)].every((it) => states.includes(it))
  );
}

function unwanted(wish: Wish, life: Life, span: TruthSpan, isSweeping: boolean): string | undefined {
  const isNamed = Array.isArray(wish.machines) && wish.machines.includes(life.id);
  return (
    unfit(wish, life, span) ??
    excluded(wish, life, span) ??
    (isNamed ? undefined : guarded(wish, life, span, isSweeping))
  );
}

function unfit(wish: Wish, life: Life, span: TruthSpan): string | undefined {
  const { machines, regions, groups, metadata, shard } = wish;
  const name = life.born?.name ?? life.spec?.name;
  const region = life.born?.region ?? life.spec?.region;
  if (typeof machines !== 'string' && !machines.some((it) => it === life.id || it === name))
    return 'is not among `machines`';
  if (region !== undefined && regions?.includes(region) === false) return `is in ${region}`;
  if (groups !== undefined && !groupsOf(life, span).some((it) => groups.includes(it)))
    return 'is of another process group';
  const lacking = metadata.find((pair) => !hadPair(life, pair, span));
  if (lacking !== undefined) return `has no metadata ${lacking.key}=${lacking.value}`;
  if (shard !== undefined && shareOf(life.id, shard.total) !== shard.index) return 'is of another shard';
  return undefined;
}

function excluded({ exclude }: Wish, life: Life, span: TruthSpan): string | undefined {
  const name = life.born?.name ?? life.spec?.name;
  const hit = exclude.find((it) => {
    const at = it.indexOf('=');
    if (at < 0) return it === life.id || it === name;
    if (life.spec?.behaviour?.zombie === true) return false;
    return hadPairThroughout(life, { key: it.slice(0, at), value: it.slice(at + 1) }, span);
  });
  return hit === undefined ? undefined : `is excluded by ${hit}`;
}

function guarded({ command }: Wish, life: Life, span: TruthSpan, isSweeping: boolean): string | undefined {
  const { spec } = life;
  // Of such a machine, Fly shows nothing that a guard could go by.
  if (spec?.behaviour?.zombie === true) return undefined;
  const config = spec?.behaviour?.unreachable === true ? {} : (spec?.config ?? {});
  const groups = groupsOf(life, span);
  if (groups.length === 1 && SPECIAL.includes(groups[0] ?? '')) return `is a machine of ${groups[0]}`;
  // Restart and exec included, a standby is left to Fly.
  if ((config.standbys ?? []).length > 0) return 'is a standby';
  if ((command === 'stop' || command === 'stop-idle') && config.auto_destroy === true)
    return 'would be destroyed by a stop';
  if ((command === 'stop-idle' || command === 'warm-up') && config.schedule !== undefined)
    return 'runs on a schedule';
  if (isSweeping && isPostgres(life, span)) return 'is a node of unmanaged Postgres';
  return (
    whollyDown(command, statesIn(life, span)) ??
    (command === 'warm-up' || command === 'stop-idle' ? cordoned(life, span) : undefined)
  );
}

function whollyDown(command: string, been: ReadonlySet<string>): string | undefined {
  const only = (...states: readonly string[]) => [...been].every((it) => states.includes(it));
  if (command === 'restart' && only('stopped', 'suspended', 'created'))
    return 'is not up, and was not restarted on purpose';
  if (only('destroyed', 'destroying', 'replaced', 'migrated', 'launch_failed')) return 'is gone';
  return undefined;
}

function cordoned({ cordons }: Life, { from, until }: TruthSpan): string | undefined {
  const within = cordons.filter(
    ({ at }, place) => at <= until && (cordons[place + 1]?.at ?? Number.POSITIVE_INFINITY) >= from,
  );
  return within.length > 0 && within.every(({ is }) => is) ? 'is cordoned' : undefined;
}

function isPostgres(life: Life, span: TruthSpan): boolean {
  const { spec } = life;
  const image = spec?.config?.image ?? '';
  return (
    hadPairThroughout(life, { key: 'fly-managed-postgres', value: 'true' }, span) ||
    spec?.imageLabels?.['fly.app_role'] === 'postgres_cluster' ||
    image.startsWith('flyio/postgres')
  );
}

/** Returns a machine's share: the first four bytes of the SHA-256 of its id, by the number of shares. */
export function shareOf(id: string, total: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % total;
}
