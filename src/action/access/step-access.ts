import { type CommandName, changesSomething, isWorking } from '../../command-table.js';
import { spelledOut } from '../../commands/selection/app-patterns.js';
import { isUnbounded, type Scope, scopeWords, unbounded } from '../../commands/selection/scope.js';
import type { Discharge } from '../../discharge/discharges.js';
import {
  dischargesIn,
  type FoundSession,
  foreignText,
  REFUSED_HINT,
  type RefusedFile,
  refusedText,
  type SessionContent,
  sessionName,
  tokenOf,
} from '../../discharge/session-file.js';
import type { Lifetime } from '../../discharge/session-tools.js';
import { oidcSource } from '../../discharge/third-party/oidc-token.js';
import { parseCredential } from '../../discharge/third-party/origins.js';
import { ActionError } from '../../errors.js';
import type { Bundle } from '../../macaroon/bundle.js';
import { wantsLess } from '../inputs/contradictions.js';
import { missingSecretHint } from '../inputs/missing-secret.js';
import { Problems } from '../inputs/problems.js';
import { selectorOf } from '../inputs/selector-of.js';
import { INPUTS, type Inputs } from '../inputs/table.js';
import { apiUrlFromEnvironment, onlyFlys } from '../inputs/values/api-url.js';
import { readBundle } from '../inputs/values/read-bundle.js';
import { coverage, coveringSession, namesAll } from './covering-session.js';
import { sessionCredentials } from './session-credentials.js';
import { type AppSources, scopeFor } from './step-scope.js';

/** What a step works with, and where it has it from. */
export interface StepAccess {
  /** For the log: "the job's session". */
  readonly source: string;
  readonly bundle: Bundle;
  readonly discharges: readonly Discharge[];
  /** The session that the token came from. */
  readonly session: FoundSession | undefined;
  /** Names, patterns and exclusions, or none for all of the organization. */
  readonly apps: readonly string[];
  readonly org: string | undefined;
  readonly apiUrl: URL;
  /** Milliseconds. */
  readonly refreshBefore: number;
  /** Lines of `third-party-credentials`. */
  readonly credentials: readonly string[];
  /** Whether third parties may have a person asked. */
  readonly approve: boolean;
  /** The end that the session's copy of the token was given. */
  readonly lifetime?: Lifetime | undefined;
  /** When the token that the session's is a copy of ends, in Unix milliseconds. */
  readonly tokenEnd?: number | undefined;
  /** False: the token is for machines by name, which refuses lists of them. */
  readonly canList?: boolean;
  /** What else that was narrowed by, in words. */
  readonly narrowed?: readonly string[] | undefined;
}

/** Where else than in its inputs a step looks. */
export interface Surroundings extends AppSources {
  readonly sessions: readonly FoundSession[];
  /** What is called as sessions are, and was not taken for one. */
  readonly refused?: readonly RefusedFile[];
  /** Names of the sessions of other jobs. */
  readonly foreign?: readonly string[];
  /** The job that the sessions are of. */
  readonly job: { readonly isBound: boolean; readonly tag: string };
  readonly command: CommandName;
}

/**
 * Settles token, apps and address: inputs first, then the session that covers the apps, then the environment.
 * Throws one `input` error that tells wherever that leaves nothing or more than one answer, or more machines to
 * change than anybody can have meant.
 */
export function resolveAccess(inputs: Inputs, surroundings: Surroundings): StepAccess {
  const { env, sessions, command, job } = surroundings;
  const problems = new Problems();
  const found = problems.settle(() => findToken(inputs, surroundings));
  const bundle = found && problems.settle(() => readBundle(found.token, found.source));
  // A token that is given again may have a session already, whose discharges fit it.
  const its = (found?.session ?? (bundle && sessionOf(bundle, surroundings)))?.content;
  // All else of that is for steps that bring none, and for `auth`, which joins it.
  const session = found?.session === undefined && command !== 'auth' ? undefined : its;
  const scope = problems.settle(() => scopeFor(inputs, session, surroundings));
  // Which of several sessions is meant is a question that `app` answers: it isn't asked twice.
  const isAskedFor = isWorking(command) && (found !== undefined || sessions.length === 0);
  if (isAskedFor && scope?.apps.length === 0 && scope.org === undefined) problems.add(noApp());
  if (scope !== undefined && changesSomething(command)) {
    const { limit } = inputs;
    if (isUnbounded({ scope, selector: selectorOf(inputs), limit }))
      problems.add(new ActionError('input', unbounded(command)));
  }
  if (wantsLess(inputs) && bundle?.permissions.length === 0)
    problems.add(
      new ActionError('input', `The token of ${found?.source} holds no macaroon that can be narrowed.`, {
        hint: '`scope` and `attenuate-with` are for tokens of `fly tokens create`, such as a deploy token.',
      }),
    );
  const apiUrl = problems.settle(() => apiUrlFor(inputs, session, surroundings));
  const given = inputs['third-party-credentials'];
  const oidc = given?.some(wantsOidc) ? oidcSource(env) : undefined;
  if (oidc instanceof ActionError) problems.add(oidc);
  problems.throwIfAny();
  if (found === undefined || bundle === undefined || scope === undefined || apiUrl === undefined)
    throw new ActionError('internal', 'a question was left open without a word');
  const isDefault =
    inputs['refresh-before'] === INPUTS['refresh-before'].parse(INPUTS['refresh-before'].default);
  return {
    source: found.source,
    bundle,
    discharges: [
      ...bundle.discharges.map((token) => ({ ...token, arrived: undefined })),
      ...(its === undefined ? [] : dischargesIn(its)),
    ],
    session: found.session,
    ...scope,
    apiUrl,
    refreshBefore: isDefault && session !== undefined ? session.refreshBefore : inputs['refresh-before'],
    credentials: given ?? (session === undefined ? [] : sessionCredentials(session, bundle, job.isBound)),
    // What `auth` says holds from then on.
    approve: inputs.approve || (command !== 'auth' && session?.approve === true),
    // It is the very same: what it was narrowed by holds for it, whoever brings it.
    ...(its?.token === tokenOf(bundle) && {
      ...{ lifetime: its.lifetime, narrowed: its.narrowed },
      tokenEnd: its.tokenEnd ?? Number.POSITIVE_INFINITY,
    }),
  };
}

const wantsOidc = (line: string) => parseCredential(line).authorization === undefined;

function apiUrlFor(inputs: Inputs, session: SessionContent | undefined, { env, job }: Surroundings): URL {
  if (inputs['api-url'] !== undefined) return inputs['api-url'];
  if (session === undefined) return apiUrlFromEnvironment(env);
  return job.isBound ? new URL(session.apiUrl) : onlyFlys(session.apiUrl, "The session's `api-url`", env);
}

function noApp(): ActionError {
  return new ActionError('input', 'There is no app to work on.', {
    hint: 'Give `app` or `org` here or to `auth`, set FLY_APP, or check out a repository with a fly.toml.',
  });
}

const TOKEN_VARIABLES = ['FLY_ACCESS_TOKEN', 'FLY_API_TOKEN'] as const;

const LOST_KEY =
  ' `auth` tells its session from those of others by FLY_MACHINES_JOB_KEY, which it hands on by GITHUB_ENV: has that been emptied or lost on the way to this step?';

interface FoundToken {
  readonly token: string;
  readonly source: string;
  readonly session?: FoundSession;
}

function findToken(
  { token, app, org }: Inputs,
  { env, sessions, refused = [], foreign = [], job }: Surroundings,
): FoundToken {
  if (token !== undefined) return { token, source: 'the input `token`' };
  const apps = app && spelledOut(app);
  const session = coveringSession({ apps, org }, sessions);
  // What was not taken may be what is meant, and all else that is there may allow more.
  if (refused.length > 0 && !(session && apps && namesAll(session, apps)))
    throw new ActionError(
      'input',
      `There is no token that can be relied on. ${refusedText(refused)} Nothing else is used in its place.`,
      { hint: REFUSED_HINT },
    );
  if (session !== undefined) return { token: session.content.token, source: "the job's session", session };
  for (const name of TOKEN_VARIABLES) {
    const value = env[name]?.trim();
    if (value) return { token: value, source: `the environment's ${name}` };
  }
  const empty = TOKEN_VARIABLES.filter((name) => env[name] !== undefined);
  const variables =
    empty.length === 0 ? '' : ` ${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} set but empty.`;
  const others = sessions.length === 0 ? '' : ` The job's sessions are for ${coverage(sessions)}.`;
  const isLost = foreign.length > 0 && !job.isBound;
  const strange = foreign.length === 0 ? '' : ` ${foreignText(foreign)}`;
  const what = apps === undefined && org === undefined ? '' : ` for ${scopeWords({ apps: apps ?? [], org })}`;
  throw new ActionError('input', `There is no token${what}.${variables}${others}${strange}`, {
    hint: `Give \`token: \${{ secrets.FLY_DEPLOY_TOKEN }}\` to this step, or to an \`auth\` step before it; if there is one, did it fail?${isLost ? LOST_KEY : ''}${missingSecretHint(env)}`,
  });
}

function sessionOf(bundle: Bundle, { sessions, job }: Surroundings): FoundSession | undefined {
  const name = sessionName(bundle, job.tag);
  return sessions.find((session) => session.name === name);
}

/** Which apps a step is about. */
export function scopeOf({ apps, org }: StepAccess): Scope {
  return { apps, org };
}
