import { fromContent, type KeptInputs, type SessionFields, tokenOf } from '../../discharge/job-session.js';
import type { FoundSession } from '../../discharge/session-file.js';
import { ActionError } from '../../errors.js';
import type { Bundle } from '../../macaroon/bundle.js';
import { Problems } from '../inputs/problems.js';
import { type Inputs, isDefault, KEPT_NAMES } from '../inputs/table.js';
import { apiUrlFromEnvironment, onlyFlys } from '../inputs/values/urls.js';
import { accessProblems, oidcProblems } from './access-problems.js';
import { sessionCredentials } from './credentials.js';
import { type FoundToken, findToken, type Surroundings, sessionOf } from './find-token.js';
import { scopeFor } from './step-scope.js';

/** All that a step needs to reach Fly: token, apps, address, and the session that they came from. */
export interface StepAccess extends SessionFields {
  /** Origin of the token for the log: "the job's session". */
  readonly source: string;
  readonly bundle: Bundle;
  /** Session that the token came from. */
  readonly session: FoundSession | undefined;
  /** False: the token is for machines by name, which refuses lists of them. */
  readonly canList?: boolean;
}

/**
 * Settles token, apps and address: inputs first, then the session that covers the apps, then the environment.
 * Throws one `input` error that tells each question that has no answer or several, and a choice of more machines to change
 * than anybody can have meant.
 */
export function resolveAccess(inputs: Inputs, surroundings: Surroundings): StepAccess {
  const problems = new Problems();
  const found = problems.settle(() => findToken(inputs, surroundings));
  const own = found && (found.session ?? sessionOf(found.bundle, surroundings))?.content;
  const fields = own && fromContent(own);
  const session = found && fields && inherited({ ...found, fields }, surroundings);

  const scope = problems.settle(() => scopeFor(inputs, session?.scope, surroundings));
  problems.add(...accessProblems({ inputs, scope, found }, surroundings));
  const apiUrl = problems.settle(() => apiUrlFor(inputs, session, surroundings));
  problems.add(...oidcProblems(inputs, surroundings));
  problems.throwIfAny();
  if (found === undefined || scope === undefined || apiUrl === undefined)
    throw new ActionError('internal', 'a question was left open without a word');

  const { bundle } = found;
  return {
    source: found.source,
    bundle,
    session: found.session,
    discharges: [
      ...bundle.discharges.map((token) => ({ ...token, arrived: undefined })),
      ...(fields?.discharges ?? []),
    ],
    scope,
    apiUrl,
    kept: keptBy(inputs, session),
    // The very same token: what it was narrowed by holds for it, wherever the step got it from.
    ...(fields !== undefined &&
      own?.token === tokenOf(bundle) && {
        lifetime: fields.lifetime,
        narrowed: fields.narrowed,
        tokenEnd: fields.tokenEnd ?? Number.POSITIVE_INFINITY,
      }),
  };
}

/**
 * Returns what a step takes over from its token's session: all for a step that brings no token, and for `auth`, which joins
 * it; nothing for others.
 */
function inherited(
  { bundle, session, fields }: FoundToken & { readonly fields: SessionFields },
  { command, job }: Surroundings,
): SessionFields | undefined {
  if (session === undefined && command !== 'auth') return undefined;
  const lines = fields.kept['third-party-credentials'] ?? [];
  return {
    ...fields,
    kept: {
      ...fields.kept,
      'third-party-credentials': sessionCredentials(lines, bundle, job.isBound),
      // What `auth` says holds from then on.
      approve: command !== 'auth' && fields.kept.approve,
    },
  };
}

/** Returns the inputs that a session keeps: the step's own where they are given, else the session's. */
function keptBy(inputs: Inputs, session: SessionFields | undefined): KeptInputs {
  const values = KEPT_NAMES.map((name) => {
    const isOwn = session === undefined || !isDefault(name, inputs);
    return [name, isOwn ? inputs[name] : session.kept[name]] as const;
  });
  // Each name stands beside a value of its own type, which `fromEntries` forgets.
  return Object.fromEntries(values) as Pick<Inputs, (typeof KEPT_NAMES)[number]>;
}

function apiUrlFor(inputs: Inputs, session: SessionFields | undefined, { env, job }: Surroundings): URL {
  if (inputs['api-url'] !== undefined) return inputs['api-url'];
  if (session === undefined) return apiUrlFromEnvironment(env);
  return job.isBound ? session.apiUrl : onlyFlys(session.apiUrl.href, "The session's `api-url`", env);
}
