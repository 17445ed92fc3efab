import type { CommandName } from '../../command-table.js';
import { spelledOut } from '../../commands/selection/app-patterns.js';
import { scopeWords } from '../../commands/selection/scope.js';
import {
  type FoundSession,
  foreignText,
  REFUSED_HINT,
  type RefusedFile,
  refusedText,
  sessionName,
} from '../../discharge/session-file.js';
import { ActionError } from '../../errors.js';
import type { Bundle } from '../../macaroon/bundle.js';
import { missingSecretHint } from '../inputs/missing-secret.js';
import type { Inputs } from '../inputs/table.js';
import { readBundle } from '../inputs/values/read-bundle.js';
import { coverage, coveringSession, namesAll } from './covering-session.js';
import type { AppSources } from './step-scope.js';

/** Places beside its inputs where a step looks. */
export interface Surroundings extends AppSources {
  readonly sessions: readonly FoundSession[];
  /** Files with names of sessions that were not taken for one. */
  readonly refused?: readonly RefusedFile[];
  /** Names of the sessions of other jobs. */
  readonly foreign?: readonly string[];
  /** Job that the sessions are of. */
  readonly job: { readonly isBound: boolean; readonly tag: string };
  readonly command: CommandName;
}

const TOKEN_VARIABLES = ['FLY_ACCESS_TOKEN', 'FLY_API_TOKEN'] as const;

const LOST_KEY =
  ' `auth` tells its session from those of others by FLY_MACHINES_JOB_KEY, which it hands on by GITHUB_ENV: has that been emptied or lost on the way to this step?';

/** Token that a step works with, and the session that it came from. */
export interface FoundToken {
  readonly bundle: Bundle;
  /** Origin for the log: "the job's session". */
  readonly source: string;
  readonly session?: FoundSession;
}

/** Finds the token of a step: its input, then the session that covers its apps, then the environment. Throws an `input` error. */
export function findToken(inputs: Inputs, surroundings: Surroundings): FoundToken {
  const { app, org } = inputs;
  const { env, sessions, refused = [] } = surroundings;
  if (inputs.token !== undefined) return { bundle: inputs.token, source: 'the input `token`' };

  const apps = app && spelledOut(app);
  const session = coveringSession({ apps, org }, sessions);
  // What was not taken may be what is meant, and all else that is there may allow more.
  if (refused.length > 0 && !(session && apps && namesAll(session, apps)))
    throw new ActionError(
      'input',
      `There is no token that can be relied on. ${refusedText(refused)} Nothing else is used in its place.`,
      { hint: REFUSED_HINT },
    );
  if (session !== undefined) {
    const source = "the job's session";
    return { bundle: readBundle(session.content.token, source), source, session };
  }

  for (const name of TOKEN_VARIABLES) {
    const source = `the environment's ${name}`;
    const text = env[name]?.trim();
    if (text) return { bundle: readBundle(text, source), source };
  }
  throw noToken({ apps, org }, surroundings);
}

function noToken(
  { apps, org }: { readonly apps: readonly string[] | undefined; readonly org: string | undefined },
  { env, sessions, foreign = [], job }: Surroundings,
): ActionError {
  const empty = TOKEN_VARIABLES.filter((name) => env[name] !== undefined);
  const variables =
    empty.length === 0 ? '' : ` ${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} set but empty.`;
  const others = sessions.length === 0 ? '' : ` The job's sessions are for ${coverage(sessions)}.`;
  const isLost = foreign.length > 0 && !job.isBound;
  const strange = foreign.length === 0 ? '' : ` ${foreignText(foreign)}`;
  const what = apps === undefined && org === undefined ? '' : ` for ${scopeWords({ apps: apps ?? [], org })}`;
  return new ActionError('input', `There is no token${what}.${variables}${others}${strange}`, {
    hint: `Set \`token: \${{ secrets.FLY_DEPLOY_TOKEN }}\` in this step, or in an \`auth\` step before it; if there is one, did it fail?${isLost ? LOST_KEY : ''}${missingSecretHint(env)}`,
  });
}

/** Finds the session that a token has already although a step brings it again. */
export function sessionOf(bundle: Bundle, { sessions, job }: Surroundings): FoundSession | undefined {
  const name = sessionName(bundle, job.tag);
  return sessions.find((session) => session.name === name);
}
