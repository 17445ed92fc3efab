import { parse as parseToml } from 'smol-toml';
import type { Discharge } from '../discharge/discharges.js';
import { dischargesIn, type FoundSession, sessionName } from '../discharge/session-file.js';
import { ActionError, asActionError } from '../errors.js';
import type { Bundle } from '../macaroon/bundle.js';
import { apiUrlFromEnvironment } from './api-url.js';
import { appName, INPUTS, type Inputs } from './input-table.js';
import { type Environment, forkHint } from './inputs.js';
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
  /** Text of the workspace's `fly.toml`; undefined when there is none. Read only where it is needed. */
  readonly flyToml: () => string | undefined;
}

/**
 * Settles token, apps and address: inputs first, then the session that covers the app, then the environment.
 * Throws an `input` error where that leaves nothing or more than one answer.
 */
export function resolveAccess(inputs: Inputs, surroundings: Surroundings): StepAccess {
  const { env } = surroundings;
  const found = findToken(inputs, surroundings);
  const bundle = readBundle(found.token, found.source);
  // A token that is given again may have a session already: what that knows holds for it, but isn't written to.
  const session = (found.session ?? sessionOf(bundle, surroundings.sessions))?.content;
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
    apps:
      inputs.app ??
      (session !== undefined && session.apps.length > 0 ? session.apps : appsAround(surroundings)),
    apiUrl:
      inputs['api-url'] ??
      (session === undefined ? apiUrlFromEnvironment(env['FLY_FLAPS_BASE_URL']) : new URL(session.apiUrl)),
    refreshBefore: isDefault && session !== undefined ? session.refreshBefore : inputs['refresh-before'],
    credentials: inputs['third-party-credentials'] ?? session?.thirdPartyCredentials ?? [],
  };
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
      hint: `Give \`token: \${{ secrets.FLY_DEPLOY_TOKEN }}\` to this step, or to an \`auth\` step before it.${forkHint(env)}`,
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
