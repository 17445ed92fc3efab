import { isWorking } from '../../command-table.js';
import type { Scope } from '../../commands/selection/scope.js';
import { oidcSource } from '../../discharge/third-party/oidc-token.js';
import { parseCredential } from '../../discharge/third-party/origins.js';
import { ActionError } from '../../errors.js';
import { boundsProblems } from '../inputs/bounds.js';
import { wantsLess } from '../inputs/contradictions.js';
import type { Inputs } from '../inputs/table.js';
import type { FoundToken, Surroundings } from './find-token.js';

interface Settled {
  readonly inputs: Inputs;
  readonly scope: Scope | undefined;
  readonly found: FoundToken | undefined;
}

/** Returns what is wrong with token and apps together, as far as both are known. */
export function accessProblems(settled: Settled, surroundings: Surroundings): ActionError[] {
  return [...scopeProblems(settled, surroundings), ...narrowingProblems(settled)];
}

function scopeProblems(
  { inputs, scope, found }: Settled,
  { command, sessions }: Surroundings,
): ActionError[] {
  if (scope === undefined) return [];
  // Which of several sessions is meant is a question that `app` answers: it isn't asked twice.
  const isAskedFor = isWorking(command) && (found !== undefined || sessions.length === 0);
  const isMissing = isAskedFor && scope.apps.length === 0 && scope.org === undefined;
  return [...(isMissing ? [noApp()] : []), ...boundsProblems(command, inputs, scope)];
}

function noApp(): ActionError {
  return new ActionError('input', 'There is no app to work on.', {
    hint: 'Set `app` or `org` here or in `auth`, set FLY_APP, or check out a repository with a fly.toml.',
  });
}

function narrowingProblems({ inputs, found }: Settled): ActionError[] {
  if (found === undefined || !wantsLess(inputs) || found.bundle.permissions.length > 0) return [];
  return [
    new ActionError('input', `The token of ${found.source} holds no macaroon that can be narrowed.`, {
      hint: '`scope` and `attenuate-with` are for tokens of `fly tokens create`, such as a deploy token.',
    }),
  ];
}

/** Returns the error of credentials that want an OIDC token where the job can't ask for one. */
export function oidcProblems(inputs: Inputs, { env }: Surroundings): ActionError[] {
  const lines = inputs['third-party-credentials'] ?? [];
  if (!lines.some((line) => parseCredential(line).authorization === undefined)) return [];
  const source = oidcSource(env);
  return source instanceof ActionError ? [source] : [];
}
