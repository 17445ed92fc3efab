import { ActionError, type ErrorClass, type Rewording } from '../errors.js';
import { formatDuration, formatTime } from '../text.js';
import { deployTokenCommand } from '../token-command.js';
import type { Lifetime, LiveTokenTools } from './live-token-tools.js';

type Situation = Pick<LiveTokenTools, 'lifetime' | 'originalEnd' | 'isPost'>;

/** What is left to do at the job's end. */
const LEFT =
  'The machines stay as they are: put them back by hand, with `fly machine start`, `stop`, `suspend`, `cordon` or `uncordon`.';

/** What keeps its class where it is the end of the step. */
const KEPT = new Set<ErrorClass>(['third party refused', 'rate limited', 'input', 'token format']);

/** The last permission token has ended, in Unix milliseconds. */
export function tokenEnded(end: number, { lifetime, originalEnd, isPost }: Situation): ActionError {
  const isLifetime = lifetime?.end === end;
  if (isLifetime && lifetime.by === 'restore') return copyEnded(lifetime);
  const isCopy = isLifetime || (originalEnd !== undefined && end < originalEnd);
  const by = isLifetime
    ? `\`max-lifetime\` of \`auth\` (${formatDuration(lifetime.ms)}) is over`
    : 'so says `attenuate-with` of `auth`';
  const what = isCopy
    ? `The session's token ended at ${formatTime(end)}: ${by}`
    : `The token ended at ${formatTime(end)}`;
  const next = isPost ? ' next time.' : ', or run it with the token again before this step.';
  const hint = isCopy
    ? `Give \`auth\` ${isLifetime ? 'a longer `max-lifetime`' : 'a later end'}${next}`
    : `Make a new one with ${deployTokenCommand()} and store it in the secret.`;
  return new ActionError('token expired', what, { hint: advice(hint, isPost) });
}

/** It lasts longer than GitHub gives a job. */
function copyEnded({ ms, end }: Lifetime): ActionError {
  const what = `The copy of the token that \`restore\` keeps for this ended at ${formatTime(end)}, ${formatDuration(ms)} after it was made`;
  return new ActionError('token expired', what, { hint: advice('Let the job end sooner.', true) });
}

/** No permission token can be completed: the end of the step. */
export function withoutDischarge(failure: ActionError, more: string, { isPost }: Situation): ActionError {
  const errorClass = KEPT.has(failure.class) ? failure.class : 'missing discharge';
  return noDischarge(failure, { class: errorClass, hint: advice(failure.hint, isPost) }, more);
}

/** The step's own end while a discharge was under way: its deadline says so, a cancel speaks for itself. */
export function ended(failure: ActionError): ActionError {
  if (failure.class === 'cancelled') return failure;
  return noDischarge(failure, { class: failure.class === 'network' ? 'missing discharge' : failure.class });
}

function advice(hint: string | undefined, isPost: boolean | undefined): string | undefined {
  return isPost ? [hint, LEFT].filter((text) => text !== undefined).join(' ') : hint;
}

function noDischarge(failure: ActionError, changes: Rewording, more = ''): ActionError {
  return failure.with({ ...changes, message: `No discharge for the token: ${failure.message}${more}` });
}
