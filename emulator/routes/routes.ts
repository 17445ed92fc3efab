import { APP_ROUTES } from './app-routes.js';
import { EXEC_ROUTES } from './exec-routes.js';
import { GITHUB_ROUTES } from './github-routes.js';
import { GRAPHQL_ROUTES } from './graphql-routes.js';
import { LEASE_ROUTES } from './lease-routes.js';
import { LIFECYCLE_ROUTES } from './lifecycle-routes.js';
import { METADATA_ROUTES } from './metadata-routes.js';
import { METRICS_ROUTES } from './metrics-routes.js';
import { ORGANIZATION_ROUTES } from './organization-routes.js';
import { READING_ROUTES } from './reading-routes.js';
import { match, type Route } from './route.js';
import { THIRD_PARTY_ROUTES } from './third-party-routes.js';
import { TOKEN_ROUTES } from './token-routes.js';
import { WAIT_ROUTES } from './wait-routes.js';

/** Every route that the emulated Fly answers. */
const ROUTES: readonly Route[] = [
  ...READING_ROUTES,
  ...GITHUB_ROUTES,
  ...LIFECYCLE_ROUTES,
  ...WAIT_ROUTES,
  ...EXEC_ROUTES,
  ...LEASE_ROUTES,
  ...METADATA_ROUTES,
  ...APP_ROUTES,
  ...ORGANIZATION_ROUTES,
  ...METRICS_ROUTES,
  ...GRAPHQL_ROUTES,
  ...TOKEN_ROUTES,
  ...THIRD_PARTY_ROUTES,
];

/** Routes and the segments of their paths, by method and number of segments. */
const BY_SHAPE = new Map<string, { readonly route: Route; readonly pattern: readonly string[] }[]>();

const shapeOf = (method: string, { length }: readonly string[]) => `${method} ${length}`;

for (const route of ROUTES) {
  const pattern = route.path.split('/');
  const shape = shapeOf(route.method, pattern);
  BY_SHAPE.set(shape, [...(BY_SHAPE.get(shape) ?? []), { route, pattern }]);
}

/** Finds the routes that a request fits, each with the parameters of its path, in the order of the table. */
export function* fittingRoutes(
  method: string,
  pathname: string,
): Generator<{ readonly route: Route; readonly params: Readonly<Record<string, string>> }> {
  const segments = pathname.split('/');
  for (const { route, pattern } of BY_SHAPE.get(shapeOf(method, segments)) ?? []) {
    const params = match(pattern, segments);
    if (params !== undefined) yield { route, params };
  }
}
