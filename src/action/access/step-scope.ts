import { isExclusion, isPattern, spelledOut } from '../../commands/selection/app-patterns.js';
import type { Scope } from '../../commands/selection/scope.js';
import { ActionError, asActionError } from '../../errors.js';
import { enumerated } from '../../text.js';
import type { Inputs } from '../inputs/table.js';
import { appName, plainAppName } from '../inputs/values/forms.js';
import type { Parser } from '../inputs/values/parsers.js';
import type { Environment } from '../runner/environment.js';
import { rootString } from '../runner/toml.js';

/** Places beside inputs and session where an app may be named. */
export interface AppSources {
  readonly env: Environment;
  /** Returns the text of the workspace's `fly.toml`; undefined when there is none. Called only where it is needed. */
  readonly flyToml: () => string | undefined;
}

/**
 * Returns the apps that a step is about: its own inputs first, then its session, then FLY_APP and fly.toml. Patterns without an
 * organization throw an `input` error; that there is no app at all doesn't.
 */
export function scopeFor({ app, org }: Inputs, session: Scope | undefined, sources: AppSources): Scope {
  if (app !== undefined) return givenScope(spelledOut(app), org, session);
  const isFor = session !== undefined && (session.apps.length > 0 || session.org !== undefined);
  if (isFor && (org ?? session.org) === session.org) return session;
  return org === undefined ? { apps: appsAround(sources), org } : { apps: [], org };
}

function givenScope(apps: readonly string[], given: string | undefined, session: Scope | undefined): Scope {
  const patterns = apps.filter(isPattern);
  if (patterns.length === 0) return { apps, org: given };
  const org = given ?? session?.org;
  if (org === undefined) {
    throw new ActionError(
      'input',
      `\`app\` has ${enumerated(patterns)}, and patterns and exclusions are for the apps of an organization.`,
      { hint: 'Set `org` here or in `auth`, or name the apps.' },
    );
  }
  // What a session leaves out is out for all of its steps, unless one of them names it.
  const excluded = session?.org === org ? session.apps.filter(isExclusion) : [];
  return { apps: [...new Set([...apps, ...excluded])], org };
}

function appsAround({ env, flyToml }: AppSources): string[] {
  const app = env['FLY_APP']?.trim();
  if (app === '')
    throw new ActionError('input', 'The variable FLY_APP is set but empty', {
      hint: "Is the variable behind it misspelt or unset? Remove it to use the workspace's fly.toml, or set `app`.",
    });
  if (app !== undefined) return [named(app, appName, 'The variable FLY_APP')];
  const text = flyToml();
  if (text === undefined) return [];
  const name = appIn(text);
  if (name === undefined || name === '') return [];
  return [named(name, plainAppName, "`app` in the workspace's fly.toml")];
}

function appIn(flyToml: string): string | undefined {
  try {
    return rootString(flyToml, 'app');
  } catch (error) {
    throw new ActionError(
      'input',
      `The workspace's fly.toml can't be read: ${asActionError(error).message}`,
      {
        hint: 'Fix it, or set `app`.',
        cause: error,
      },
    );
  }
}

/** Checks an app's name, which becomes part of a path, wherever it comes from. */
function named(app: string, read: Parser<string>, where: string): string {
  try {
    return read(app);
  } catch (error) {
    throw new ActionError('input', `${where} ${asActionError(error).message}`, {
      hint: 'Fix it, or set `app`.',
    });
  }
}
