import { ActionError, type ErrorClass, type Rewording } from '../errors.js';
import { formatDuration, formatTime } from '../text.js';
import { deployTokenCommand } from '../token-command.js';
import type { Lifetime, LiveTokenTools } from './live-token-tools.js';

type Situation = Pick<LiveTokenTools, 'lifetime' | 'originalEnd' | 'isPost'>;

/** Advice for the job's end, when nothing can be put back any more. */
const LEFT_TO_DO =
  'The machines stay as they are: put them back by hand, with `fly machine start`, `stop`, `suspend`, `cordon` or `uncordon`.';

/** Classes that an error keeps when it ends the step; any other becomes `missing discharge`. */
const KEPT_CLASSES = new Set<ErrorClass>(['third party refused', 'rate limited', 'input', 'token format']);

/** Returns the error for a last permission token that ended at `end`, in Unix milliseconds. */
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

/** Returns the error for a post's copy of the token, which lasts longer than GitHub gives a job. */
function copyEnded({ ms, end }: Lifetime): ActionError {
  const what = `The copy of the token that \`restore\` keeps for this ended at ${formatTime(end)}, ${formatDuration(ms)} after it was made`;
  return new ActionError('token expired', what, { hint: advice('Let the job end sooner.', true) });
}

/** Returns the error that ends the step: no permission token can be completed. */
export function withoutDischarge(failure: ActionError, more: string, { isPost }: Situation): ActionError {
  const errorClass = KEPT_CLASSES.has(failure.class) ? failure.class : 'missing discharge';
  return noDischarge(failure, { class: errorClass, hint: advice(failure.hint, isPost) }, more);
}

/** Returns the error for a step that ended while a discharge was under way. A cancel stays as it is. */
export function endedMeanwhile(failure: ActionError): ActionError {
  if (failure.class === 'cancelled') return failure;
  return noDischarge(failure, { class: failure.class === 'network' ? 'missing discharge' : failure.class });
}

function advice(hint: string | undefined, isPost: boolean | undefined): string | undefined {
  return isPost ? [hint, LEFT_TO_DO].filter((text) => text !== undefined).join(' ') : hint;
}

function noDischarge(failure: ActionError, changes: Rewording, more = ''): ActionError {
  return failure.with({ ...changes, message: `No discharge for the token: ${failure.message}${more}` });
}
