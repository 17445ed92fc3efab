import { count, enumerated, formatDuration } from '../../text.js';
import { NOT_BEGUN } from '../engine/halt.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Shard } from '../selection/shard.js';
import type { RollingGroup } from './groups.js';

/** Most groups that the log describes one by one. */
const MOST_GROUPS = 10;

/** Returns the reason of a machine whose turn never comes because others have not come back. */
export function stillDown(group: RollingGroup, down: readonly AppMachine[]): string {
  const ids = enumerated(down.map(({ id }) => id));
  return `${NOT_BEGUN}${ids} did not come back, and no more machines of ${groupName(group)} may be down at once (\`max-unavailable\`)`;
}

/** Says how many machines of each group are restarted at once, and how long all of it may take (ms). */
export function outlineOf(groups: readonly RollingGroup[], ms: number, isDryRun: boolean): string[] {
  const told = groups.slice(0, MOST_GROUPS);
  const rest = groups.length - told.length;
  return [
    ...(groups.length === 0 ? [] : [`This may take up to ${formatDuration(ms)}.`]),
    ...told.flatMap((group) => [atOnce(group), ...(isDryRun ? orderOf(group) : [])]),
    ...(rest === 0 ? [] : [`…and ${count(rest, 'more group')}`]),
  ];
}

/** Warns where several jobs restart shares of the same machines: none of them knows what the others have taken down. */
export function shardWarnings(shard: Shard | undefined, groups: readonly RollingGroup[]): string[] {
  if (shard === undefined || shard.total === 1 || groups.length === 0) return [];
  const most = Math.max(...groups.map(({ places }) => places));
  return [
    `\`max-unavailable\` holds for each share of its own: ${shard.total} jobs side by side may have some ${shard.total * most} machines of a group down at once. Let the shares follow one another (\`max-parallel: 1\`), or restart without \`shard\`.`,
  ];
}

function atOnce(group: RollingGroup): string {
  const { places, rounds } = group;
  const machines = rounds.flat().length;
  if (machines === 1)
    return `One machine of ${groupName(group)} to restart: any share of it is that machine, which is down meanwhile.`;
  return `${machines} machines of ${groupName(group)} to restart, at most ${places} at once, in ${count(rounds.length, 'round')}.`;
}

/** Lists the rounds of a group. */
function orderOf({ rounds, serving }: RollingGroup): string[] {
  const [first] = serving;
  return rounds.map((round, index) => {
    const names = enumerated(round.map(({ id, name }) => `${id}${name === '' ? '' : ` (${name})`}`));
    const [machine] = round;
    const why =
      machine === first ? ', alone' : machine !== undefined && !serving.has(machine) ? ', ailing' : '';
    return `  round ${index + 1}${why}: ${names}`;
  });
}

function groupName({ app, name }: RollingGroup): string {
  return name === undefined ? app : `${name} in ${app}`;
}
