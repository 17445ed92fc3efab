import { Judge } from '../commands/may.js';
import { NEEDS, type WorkingCommand } from '../commands/needs.js';
import { isSweeping } from '../commands/scope.js';
import { betterToken } from '../commands/token-warnings.js';
import { ActionError } from '../errors.js';
import type { CommandName } from './commands.js';
import type { Step } from './step.js';

/**
 * Throws a `forbidden` error where the token's own caveats rule out what the step is to do, whatever isn't known: before
 * anything is sent, and in a dry run too. Times are left to the session, which knows the server's.
 */
export function preflight(command: CommandName, { access, inputs }: Step): void {
  if (!isWorking(command)) return;
  // Such a list may come from the organization itself, for which an app's caveats say nothing.
  if (command === 'list' && isSweeping(access)) return;
  const { permissions, malformed } = access.bundle;
  const own = permissions.map(({ macaroon }) => macaroon.caveats.filter(({ name }) => name !== '3P'));
  const judge = new Judge([...own, ...malformed.map(() => undefined)], { command: inputs.run ?? 'any' });
  const refused = NEEDS[command].map((need) => ({ need, may: judge.one(need) }));
  const found = refused.find(({ may }) => may.verdict === 'no');
  if (found === undefined) return;
  const [app] = access.apps;
  const isNarrowed = (access.narrowed ?? []).length > 0;
  const narrowed = isNarrowed
    ? '`auth` has narrowed the session: what do its `scope` and `attenuate-with` leave? '
    : '';
  const better =
    command === 'exec'
      ? `\`fly tokens create machine-exec -a ${app ?? '<app>'}\``
      : betterToken(access.apps.length === 1 ? app : undefined);
  throw new ActionError('forbidden', `The token may not ${found.need.doing}, ${found.may.reason}`, {
    hint: `${narrowed}One that may is made with ${better}.`,
  });
}

function isWorking(command: CommandName): command is CommandName & WorkingCommand {
  return command in NEEDS;
}
