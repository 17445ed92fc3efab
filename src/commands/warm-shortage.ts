import { ActionError } from '../errors.js';
import { count, enumerated } from '../text.js';
import type { Failure, MachineResult } from './result.js';
import type { Warmed } from './warm-group.js';
import type { WarmGroup } from './warm-plan.js';

/** What a group lacks; undefined for nothing. Why its machines are not ready stands with each of them. */
export function shortage({ group, ready, isCutShort, machines }: Warmed): Failure | undefined {
  if (ready >= group.need) return undefined;
  const failed = machines.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  const ids = enumerated(failed.map(({ machine }) => machine.id));
  const story = [
    `${ready} of ${count(group.need, 'machine')} of ${placeOf(group)} ${ready === 1 ? 'is' : 'are'} ready`,
    ...(failed.length > 0 ? [`not ready: ${ids}`] : []),
    ...(isCutShort ? [] : ['nothing else is left that could be started']),
  ];
  const { class: firstClass = 'wrong state' } = first?.error ?? {};
  // A machine that is gone is no misspelt name of a step.
  const errorClass = firstClass === 'not found' ? 'wrong state' : firstClass;
  return {
    app: undefined,
    error: new ActionError(errorClass, story.join('; '), { hint: hintOf(group, isCutShort) }),
  };
}

/** What a group will lack for certain, because it has too few machines. */
export function shortageAhead(group: WarmGroup): Failure | undefined {
  if (group.candidates.length >= group.need) return undefined;
  const message = `${placeOf(group)} has ${count(group.candidates.length, 'machine')} that can be warmed up, and \`count\` wants ${group.need}`;
  return { app: undefined, error: new ActionError('wrong state', message, { hint: hintOf(group, false) }) };
}

/** What to say of machines that failed in vain: others took their place. */
export function replacements(machines: readonly MachineResult[]): string[] {
  return machines.flatMap(({ machine, replaced, error, reason }) =>
    replaced && error !== undefined
      ? [
          `Machine ${machine.id} did not become ready, and another took its place: ${error.headline}${reason === '' ? '' : `; ${reason}`}`,
        ]
      : [],
  );
}

function hintOf({ app }: WarmGroup, isCutShort: boolean): string {
  if (isCutShort) return 'Each machine says why; `timeout` gives the step more time.';
  return `Lower \`count\`, or give the app more machines with \`fly scale count -a ${app}\`. Cordoned, scheduled, standby and special machines don't count unless they are named by their ids.`;
}

function placeOf({ app, region }: WarmGroup): string {
  return region === undefined ? app : `${app} in ${region}`;
}
