import type { UnixMs } from '../../clock.js';
import { COMMANDS, WORKING_COMMANDS } from '../../command-table.js';
import { ActionError } from '../../errors.js';
import { endOfAll, type Token } from '../../macaroon/bundle.js';
import { ownSets } from '../../permissions/caveat-sets.js';
import { Judge } from '../../permissions/may.js';
import { formatTime } from '../../text.js';
import { INPUTS } from '../inputs/table.js';
import type { Step } from './step.js';

const [READ, START] = COMMANDS.start.needs;
const MAX_LIFETIME = INPUTS['max-lifetime'];

/** Returns a warning for each thing that the step asks for and that the permission tokens it starts from don't have to give. */
export function ungranted({ access, inputs }: Step, permissions: readonly Token[], end?: UnixMs): string[] {
  const { lifetime, session } = access;
  const ms = inputs['max-lifetime'];
  const isLonger = lifetime !== undefined && (end === undefined || end > lifetime.end);
  const [who, hint] = session === undefined ? ['the token', ''] : ["the session's copy", '; set `token`'];
  return [
    ...(inputs.scope === 'control' && judging(access, permissions).one(START).verdict === 'no'
      ? [`Control isn't granted: ${who} allows reading only${hint}.`]
      : []),
    ...(isLonger && ms !== MAX_LIFETIME.parse(MAX_LIFETIME.default)
      ? [`\`max-lifetime\` isn't granted: ${who} ends at ${formatTime(lifetime.end)}${hint}.`]
      : []),
  ];
}

/**
 * Throws an `input` error where narrowing has left nothing, for certain. Where the copy is exported, a warning has to do as
 * long as it hasn't ended: it may be for something that is no command here.
 */
export async function requireSomeLeft(
  step: Step,
  before: readonly Token[],
  after: readonly Token[],
): Promise<void> {
  const { access, connection, inputs, log } = step;
  const scope = inputs.scope === 'full' ? [] : [`\`scope: ${inputs.scope}\``];
  const by = [...(inputs['attenuate-with'] === undefined ? [] : ['`attenuate-with`']), ...scope].join(
    ' with ',
  );
  const nothing = (what: string, hint: string) =>
    new ActionError('input', `${by} leaves nothing: ${what}`, { hint });
  const last = endOfAll(after);
  if (last <= connection.now() && last <= (await connection.token.serverTime()))
    throw nothing(
      `what is left ended at ${formatTime(last)}`,
      'A `not_after` is in Unix seconds, and has to be later than now.',
    );
  const left = judging(access, after);
  if (!isNothing(left) || isNothing(judging(access, before))) return;
  const error = nothing(
    `no command is allowed to do anything any more, ${left.one(READ).reason}`,
    '`inspect` shows what the token itself allows, with the numbers of its organization and apps.',
  );
  if (inputs['export-token'] === 'false') throw error;
  log.warning(error.story);
}

/** Returns a judge that goes by caveats alone and ignores expiry. */
function judging({ bundle: { malformed } }: Step['access'], tokens: readonly Token[]): Judge {
  return new Judge(ownSets({ permissions: tokens, malformed }), { command: 'any' });
}

function isNothing(judge: Judge): boolean {
  return WORKING_COMMANDS.flatMap((name) => COMMANDS[name].needs).every(
    (need) => judge.one(need).verdict === 'no',
  );
}
