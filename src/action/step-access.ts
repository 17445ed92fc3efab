import { parse as parseToml } from 'smol-toml';
import type { Discharge } from '../discharge/discharges.js';
import {
  dischargesIn,
  type FoundSession,
  type SessionContent,
  sessionName,
} from '../discharge/session-file.js';
import { ActionError, asActionError } from '../errors.js';
import type { Bundle } from '../macaroon/bundle.js';
import { apiUrlFromEnvironment } from './api-url.js';
import { appName, INPUTS, type Inputs } from './input-table.js';
import { type Environment, forkHint } from './inputs.js';
import { Problems } from './problems.js';
import { readBundle } from './read-bundle.js';

/** What a step works with, and where it has it from. */
export interface StepAccess {
  /** For the log: "the job's session". */
  readonly source: string;
  readonly bundle: Bundle;
  readonly discharges: readonly Discharge[];
  /** The session that the token came from. */
  readonly session: FoundSession | undefined;
  readonly apps: readonly string[];
  readonly apiUrl: URL;
  /** Milliseconds. */
  readonly refreshBefore: number;
  /** Lines of `third-party-credentials`. */
  readonly credentials: readonly string[];
}

/** Where else than in its inputs a step looks. */
export interface Surroundings {
  readonly env: Environment;
  readonly sessions: readonly FoundSession[];
  /** Whether the command can do nothing without an app. */
  readonly needsApp: boolean;
  /** Text of the workspace's `fly.toml`; undefined when there is none. Read only where it is needed. */
  readonly flyToml: () => string | undefined;
}

/**
 * Settles token, apps and address: inputs first, then the session that covers the app, then the environment.
 * Throws one `input` error that tells wherever that leaves nothing or more than one answer.
 */
export function resolveAccess(inputs: Inputs, surroundings: Surroundings): StepAccess {
  const { env, sessions, needsApp } = surroundings;
  const problems = new Problems();
  const found = problems.settle(() => findToken(inputs, surroundings));
  const bundle = found && problems.settle(() => readBundle(found.token, found.source));
  // A token that is given again may have a session already: what that knows holds for it, but isn't written to.
  const session = (found?.session ?? (bundle && sessionOf(bundle, sessions)))?.content;
  const apps = problems.settle(() => appsFor(inputs, session, surroundings));
  // Which of several sessions is meant is a question that `app` answers: it isn't asked twice.
  if (needsApp && apps?.length === 0 && (found !== undefined || sessions.length === 0)) problems.add(noApp());
  const apiUrl = problems.settle(() => apiUrlFor(inputs, session, env));
  problems.throwIfAny();
  if (found === undefined || bundle === undefined || apps === undefined || apiUrl === undefined)
    throw new ActionError('internal', 'a question was left open without a word');
  const isDefault =
    inputs['refresh-before'] === INPUTS['refresh-before'].parse(INPUTS['refresh-before'].default);
  return {
    source: found.source,
    bundle,
    discharges: [
      ...bundle.discharges.map((token) => ({ ...token, arrived: undefined })),
      ...(session === undefined ? [] : dischargesIn(session)),
    ],
    session: found.session,
    apps,
    apiUrl,
    refreshBefore: isDefault && session !== undefined ? session.refreshBefore : inputs['refresh-before'],
    credentials: inputs['third-party-credentials'] ?? session?.thirdPartyCredentials ?? [],
  };
}

function appsFor(
  { app }: Inputs,
  session: SessionContent | undefined,
  surroundings: Surroundings,
): readonly string[] {
  if (app !== undefined) return app;
  return session !== undefined && session.apps.length > 0 ? session.apps : appsAround(surroundings);
}

function apiUrlFor(inputs: Inputs, session: SessionContent | undefined, env: Environment): URL {
  if (inputs['api-url'] !== undefined) return inputs['api-url'];
  return session === undefined ? apiUrlFromEnvironment(env['FLY_FLAPS_BASE_URL']) : new URL(session.apiUrl);
}

function noApp(): ActionError {
  return new ActionError('input', 'There is no app to work on.', {
    hint: 'Give `app` here or to `auth`, set FLY_APP, or check out a repository with a fly.toml.',
  });
}

interface FoundToken {
  readonly token: string;
  readonly source: string;
  readonly session?: FoundSession;
}

function findToken({ token, app }: Inputs, { env, sessions }: Surroundings): FoundToken {
  if (token !== undefined) return { token, source: 'the input `token`' };
  const session = app === undefined ? onlySession(sessions) : sessionFor(app, sessions);
  if (session !== undefined) return { token: session.content.token, source: "the job's session", session };
  for (const name of ['FLY_ACCESS_TOKEN', 'FLY_API_TOKEN']) {
    const value = env[name]?.trim();
    if (value) return { token: value, source: `the environment's ${name}` };
  }
  const others = sessions.length === 0 ? '' : ` The job's sessions are for ${appsOf(sessions)}.`;
  throw new ActionError(
    'input',
    `There is no token${app === undefined ? '' : ` for ${app.join(', ')}`}.${others}`,
    {
      hint: `Give \`token: \${{ secrets.FLY_DEPLOY_TOKEN }}\` to this step, or to an \`auth\` step before it; if there is one, did it fail?${forkHint(env)}`,
    },
  );
}

function onlySession(sessions: readonly FoundSession[]): FoundSession | undefined {
  if (sessions.length < 2) return sessions[0];
  throw new ActionError(
    'input',
    `Several sessions are open, for ${appsOf(sessions)}, and \`app\` doesn't say which.`,
    {
      hint: 'Give `app`.',
    },
  );
}

function sessionOf(bundle: Bundle, sessions: readonly FoundSession[]): FoundSession | undefined {
  const name = sessionName(bundle);
  return sessions.find((session) => session.name === name);
}

/** The session that names all of the apps, else one that was opened without naming any. */
function sessionFor(apps: readonly string[], sessions: readonly FoundSession[]): FoundSession | undefined {
  const naming = sessions.find(({ content }) => apps.every((app) => content.apps.includes(app)));
  return naming ?? sessions.find(({ content }) => content.apps.length === 0);
}

function appsOf(sessions: readonly FoundSession[]): string {
  return sessions.map(({ content }) => content.apps.join(', ') || 'any app').join(' and for ');
}

function appsAround({ env, flyToml }: Surroundings): string[] {
  const app = env['FLY_APP']?.trim();
  if (app) return [named(app, 'The variable FLY_APP')];
  const text = flyToml();
  if (text === undefined) return [];
  const name = appIn(text);
  return typeof name === 'string' && name !== '' ? [named(name, "`app` in the workspace's fly.toml")] : [];
}

function appIn(flyToml: string): unknown {
  try {
    return parseToml(flyToml)['app'];
  } catch (error) {
    throw new ActionError('input', "The workspace's fly.toml can't be read.", {
      hint: 'Mend it, or give `app`.',
      cause: error,
    });
  }
}

/** An app's name becomes part of a path, wherever it comes from. */
function named(app: string, where: string): string {
  try {
    return appName(app);
  } catch (error) {
    throw new ActionError('input', `${where} ${asActionError(error).message}`, {
      hint: 'Mend it, or give `app`.',
    });
  }
}
