import type { Rate } from '../access/rate-limits.js';
import type { Cause } from '../happening.js';
import type { Answer } from '../http.js';
import type { Machine } from '../machines/machine.js';
import type { Settings } from '../settings.js';
import type { App, Organization, World } from '../world.js';

/** A request as every handler gets it. */
export interface Context {
  readonly world: World;
  /** Headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
  /** Cause of all that comes of the request. */
  readonly cause: Cause;
}

/** A request for an app. */
export interface AppContext extends Context {
  readonly app: App;
  /** UUID of the permission token that allows the request. */
  readonly caller: string;
}

/** A request for an organization. */
export interface OrganizationContext extends Context {
  readonly organization: Organization;
  /** Apps of the organization that the token may read. */
  readonly apps: readonly App[];
}

/** A request for a machine. */
export interface MachineContext extends AppContext {
  /** The machine, settled: as it is now. */
  readonly machine: Machine;
}

interface RouteBase {
  readonly method: string;
  /** Path; a segment that starts with `:` is a parameter. */
  readonly path: string;
}

/** A route that needs no token of Fly's. */
export interface PublicRoute extends RouteBase {
  readonly scope: 'public';
  handle(context: Context): Answer | Promise<Answer>;
}

interface GuardedRoute extends RouteBase {
  /** Letters of the action that the token must allow. */
  readonly action: string | ((settings: Settings) => string);
  /** Rate of answers. Default: the usual rate. */
  readonly rate?: Rate;
}

/** A route of an app; its path has `:app`. */
export interface AppRoute extends GuardedRoute {
  readonly scope: 'app';
  handle(context: AppContext): Answer | Promise<Answer>;
}

/**
 * A route of an organization, named by `:org` in the path or `org_slug` in the query. Without either there is
 * no such route.
 */
export interface OrganizationRoute extends GuardedRoute {
  readonly scope: 'organization';
  /** Tells whether a token confined to apps gets their part rather than a refusal. */
  takesAppTokens(settings: Settings): boolean;
  handle(context: OrganizationContext): Answer | Promise<Answer>;
}

/** A route of a machine; its path has `:app` and `:machine`. */
export interface MachineRoute extends GuardedRoute {
  readonly scope: 'machine';
  /** True if the machine's host must answer. Default true. */
  readonly needsHost?: boolean;
  /** True if another client's lease refuses the request. Default false. */
  readonly respectsLease?: boolean;
  /** Names the command that the token must allow, for a route that runs one. */
  command?(body: string): readonly string[] | undefined;
  handle(context: MachineContext): Answer | Promise<Answer>;
}

export type Route = PublicRoute | OrganizationRoute | AppRoute | MachineRoute;

/** Returns the parameters of a path that fits a route's, segment by segment; undefined when it doesn't fit. */
export function match(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const fits = pattern.every((part, index) =>
    part.startsWith(':') ? segments[index] !== '' : part === segments[index],
  );
  if (!fits) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decode(segments[index] ?? '');
  }
  return params;
}

/** Decodes a segment of a path. One with broken percent signs names nothing and stays as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
