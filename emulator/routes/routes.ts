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
import type { Route } from './route.js';
import { THIRD_PARTY_ROUTES } from './third-party-routes.js';
import { TOKEN_ROUTES } from './token-routes.js';
import { WAIT_ROUTES } from './wait-routes.js';

/** Every route that the emulated Fly answers. */
export const ROUTES: readonly Route[] = [
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
