import * as v from '@badrap/valita';
import type { RetryPolicy } from '../../http/retry.js';
import type { Call } from './call.js';

/** The numbers that tokens know an app and its organization by; undefined where Fly doesn't tell them. */
export interface AppNumbers {
  readonly appId: bigint | undefined;
  readonly orgId: bigint | undefined;
}

/** What Fly is asked about: an action, in letters, on an app. */
export interface AppAccess {
  readonly app: string;
  readonly letters: string;
}

const ONCE: RetryPolicy = { 'rate limited': 1, 'not sent': 1, unsure: 1 };
/** Who only wants to know rather does without than waits. */
export const BRIEFLY = { policy: ONCE, limit: 10_000 } as const;

/** Zero is what Go writes for a number that isn't there. */
const NumberJson = v
  .unknown()
  .map((it) => (typeof it === 'number' && Number.isSafeInteger(it) && it > 0 ? BigInt(it) : undefined))
  .optional();

const NumbersJson = v
  .object({
    internal_numeric_id: NumberJson,
    organization: v.object({ internal_numeric_id: NumberJson }).optional(),
  })
  .map(
    (json): AppNumbers => ({
      appId: json.internal_numeric_id,
      orgId: json.organization?.internal_numeric_id,
    }),
  );

/** Reads an app's numbers. */
export function numbersReading(app: string): Call<AppNumbers> {
  const path = `apps/${encodeURIComponent(app)}`;
  return { method: 'GET', path, what: `read the app ${app}`, answer: NumbersJson };
}

/** What is said of a token that allows it; who may is told by the status alone. */
const AuthorizedJson = v.object({ access: v.object({}) });

/**
 * Asks Fly whether a token may do something, without doing it. The token stands in the body, as in Fly's own client.
 * Tried once, with just this token. (superfly/macaroon: flyio/machinesapi/machinesapi.go)
 */
export function authorizing(header: string, { app, letters }: AppAccess): Call<unknown> {
  return {
    ...{ method: 'POST', path: 'tokens/authorize', ...BRIEFLY, isFinal: true },
    body: { header, access: { app_name: app, action: letters } },
    what: `ask whether the token may do that to ${app}`,
    answer: AuthorizedJson,
  };
}
