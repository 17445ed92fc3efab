import * as v from '@badrap/valita';
import type { RetryPolicy } from '../../http/retry.js';
import type { Call } from './call.js';

/** Numbers by which tokens know an app and its organization; undefined if Fly does not give them. */
export interface AppNumbers {
  readonly appId: bigint | undefined;
  readonly orgId: bigint | undefined;
}

/** Access to ask Fly about: an action, in letters, on an app. */
export interface AppAccess {
  readonly app: string;
  readonly letters: string;
}

const ONCE: RetryPolicy = { 'rate limited': 1, 'not sent': 1, unsure: 1 };
/** Policy and time limit (ms) of a call whose answer is dispensable: we do without it rather than wait. */
export const BRIEFLY = { policy: ONCE, limit: 10_000 } as const;

/** Number of an app or organization. Go writes zero for a missing one. */
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

/** Returns the call that reads an app's numbers. */
export function numbersCall(app: string): Call<AppNumbers> {
  const path = `apps/${encodeURIComponent(app)}`;
  return { method: 'GET', path, what: `read the app ${app}`, answer: NumbersJson };
}

/** Answer for a token that allows the access; the status alone is the verdict. */
const AuthorizedJson = v.object({ access: v.object({}) });

/**
 * Returns the call that asks Fly whether a token may do something, without doing it. The token stands in the body, as
 * in Fly's own client. It is tried once, with just this token. (superfly/macaroon: flyio/machinesapi/machinesapi.go)
 */
export function authorizeCall(header: string, { app, letters }: AppAccess): Call<unknown> {
  return {
    method: 'POST',
    path: 'tokens/authorize',
    ...BRIEFLY,
    isFinal: true,
    body: { header, access: { app_name: app, action: letters } },
    what: `ask whether the token may do that to ${app}`,
    answer: AuthorizedJson,
  };
}
