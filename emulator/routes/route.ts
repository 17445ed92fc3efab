import type { Rate } from '../access/rate-limits.js';
import type { Answer } from '../http.js';
import type { Machine } from '../machines/machine.js';
import type { Settings } from '../settings.js';
import type { App, Organization, World } from '../world.js';

/** What every handler gets. */
export interface Context {
  readonly world: World;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

export interface AppContext extends Context {
  readonly app: App;
  /** UUID of the permission token that allows the request. */
  readonly caller: string;
}

export interface OrganizationContext extends Context {
  readonly organization: Organization;
  /** Those of its apps that the token may read. */
  readonly apps: readonly App[];
}

export interface MachineContext extends AppContext {
  /** Settled: as it is now. */
  readonly machine: Machine;
}

interface Common {
  readonly method: string;
  /** Segments that start with `:` are parameters. */
  readonly path: string;
}

/** Needs no token of Fly's. */
export interface PublicRoute extends Common {
  readonly scope: 'public';
  handle(context: Context): Answer | Promise<Answer>;
}

interface Guarded extends Common {
  /** Letters of the action that the token must allow. */
  readonly action: string | ((settings: Settings) => string);
  /** Default: the usual rate. */
  readonly rate?: Rate;
}

/** Works on an app; its path has `:app`. */
export interface AppRoute extends Guarded {
  readonly scope: 'app';
  handle(context: AppContext): Answer | Promise<Answer>;
}

/** Works on an organization, which `:org` in its path or `org_slug` in the query names; without either there is no such route. */
export interface OrganizationRoute extends Guarded {
  readonly scope: 'organization';
  /** Whether a token that is confined to apps gets what belongs to those, rather than a refusal. */
  takesAppTokens(settings: Settings): boolean;
  handle(context: OrganizationContext): Answer | Promise<Answer>;
}

/** Works on a machine; its path has `:app` and `:machine`. */
export interface MachineRoute extends Guarded {
  readonly scope: 'machine';
  /** Whether the machine's host must answer for it. Default true. */
  readonly needsHost?: boolean;
  /** Whether a lease held by somebody else refuses it. Default false. */
  readonly respectsLease?: boolean;
  /** Names the command that the token must allow, for routes that run one. */
  command?(body: string): readonly string[] | undefined;
  handle(context: MachineContext): Answer | Promise<Answer>;
}

export type Route = PublicRoute | OrganizationRoute | AppRoute | MachineRoute;

/** The parameters of a path that fits a route's, undefined when it doesn't. */
export function match({ path }: Common, pathname: string): Record<string, string> | undefined {
  const pattern = path.split('/');
  const segments = pathname.split('/');
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':') && segment !== '') params[part.slice(1)] = decode(segment);
    else if (part !== segment) return undefined;
  }
  return params;
}

/** A segment with broken percent signs names nothing; it is left as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
