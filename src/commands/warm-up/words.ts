import { ActionError } from '../../errors.js';
import { besideName, count, enumerated, formatDuration } from '../../text.js';
import type { Failure, MachineResult } from '../result/result.js';
import type { GroupOutcome, Lack } from './group.js';
import type { StartTimes } from './machine.js';
import type { WarmGroup } from './plan.js';

/** Makes the failure of a group that lacks ready machines; undefined if it lacks none. Each machine says why it isn't ready. */
export function shortage({ group, ready, lack, machines }: GroupOutcome): Failure | undefined {
  if (lack === undefined) return undefined;
  const failed = machines.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  const ids = enumerated(failed.map(({ machine }) => machine.id));
  const story = [
    `${ready} of ${count(group.need, 'machine')} of ${groupName(group)} ${ready === 1 ? 'is' : 'are'} ready`,
    ...(failed.length > 0 ? [`not ready: ${ids}`] : []),
    ...(lack === 'time' ? [] : [LACK_WORDS[lack]]),
  ];
  const { class: firstClass = 'wrong state' } = first?.error ?? {};
  // A machine that has vanished doesn't mean that the step misspelt a name.
  const errorClass = firstClass === 'not found' ? 'wrong state' : firstClass;
  return {
    app: undefined,
    error: new ActionError(errorClass, story.join('; '), { hint: hintOf(group, lack) }),
  };
}

/** Makes the failure of a group of which at most `most` machines can become ready; undefined where they are enough. */
export function shortageAhead(group: WarmGroup, most: number): Failure | undefined {
  const { need, candidates } = group;
  if (most >= need) return undefined;
  const lack = most < candidates.length ? 'limit' : 'machines';
  const within = lack === 'limit' ? ' within `limit`' : '';
  const message = `${groupName(group)} has ${count(most, 'machine')} that can be warmed up${within}, and \`count\` wants ${need}`;
  return { app: undefined, error: new ActionError('wrong state', message, { hint: hintOf(group, lack) }) };
}

/** Warns of machines that failed although others took their place. */
export function replacements(machines: readonly MachineResult[]): string[] {
  return machines.flatMap(({ machine, replaced, error, reason }) =>
    replaced && error !== undefined
      ? [
          `Machine ${machine.id} did not become ready, and another took its place: ${besideName(error.headline, machine.id)}${reason === '' ? '' : `; ${reason}`}`,
        ]
      : [],
  );
}

const LACK_WORDS: Readonly<Record<Exclude<Lack, 'time'>, string>> = {
  limit: '`limit` allows no further start',
  machines: 'no other machine is left to start',
  leave: 'no other machine is begun after a failure (`on-failure: stop`)',
};

function hintOf({ app }: WarmGroup, lack: Lack): string {
  if (lack === 'leave')
    return 'The result of each machine says why; `on-failure: fail` lets others take its place.';
  if (lack === 'time')
    return 'The result of each machine says why; a longer `timeout` gives the step more time.';
  if (lack === 'limit') return 'Raise `limit`, which is for all apps of the step together, or lower `count`.';
  return `Lower \`count\`, or give the app more machines with \`fly scale count <number> -a ${app}\`. Cordoned, scheduled, standby and special machines don't count unless they are named by their ids.`;
}

function groupName({ app, region }: WarmGroup): string {
  return region === undefined ? app : `${app} in ${region}`;
}

/** Fewest starts of which a percentile says more than the longest time does. */
const FEWEST_FOR_PERCENTILES = 8;

/** Sums up how long starts took: `to started p50 1.2 s, p90 2 s, max 2 s; to ready p50 …`, of a few only `max`; empty where none was started. */
export function percentilesOf(times: readonly StartTimes[]): string {
  if (times.length === 0) return '';
  const text = (name: keyof StartTimes) => {
    const sorted = times.map((time) => time[name]).sort((a, b) => a - b);
    const at = (share: number) => formatDuration(percentile(sorted, share));
    const most = `max ${at(1)}`;
    return `to ${name} ${times.length < FEWEST_FOR_PERCENTILES ? most : `p50 ${at(0.5)}, p90 ${at(0.9)}, ${most}`}`;
  };
  return `${text('started')}; ${text('ready')}`;
}

/** Returns a percentile by the nearest rank, so that it is one of the times. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}
