import { type ActionError, asActionError } from '../errors.js';
import type { KnownToken, MachinesClient } from '../machines/api/client.js';

/** Answer of Fly to the question what a token is for. */
export type NamesAnswer =
  /** It takes the token, and describes it. */
  | { readonly kind: 'known'; readonly tokens: readonly KnownToken[] }
  /** It doesn't take the token for this question, if for any. */
  | { readonly kind: 'unaccepted'; readonly error: ActionError }
  /** It told nothing, which says nothing of the token: perhaps this one may not ask. */
  | { readonly kind: 'untold'; readonly why: string };

/**
 * Asks Fly what the token is for, by name, with one request; with two where the token has to be renewed and `isFinal` isn't
 * set. Throws only `cancelled` and `internal` errors.
 */
export async function askNames(
  client: MachinesClient,
  isFinal: boolean,
  signal: AbortSignal,
): Promise<NamesAnswer> {
  try {
    const tokens = await client.currentTokens(signal, isFinal);
    return tokens.length > 0 ? { kind: 'known', tokens } : { kind: 'untold', why: 'Fly names no token' };
  } catch (thrown) {
    const error = bearable(thrown);
    return error.class === 'unauthorized'
      ? { kind: 'unaccepted', error }
      : { kind: 'untold', why: error.line };
  }
}

/** Returns an error to report beside the known facts; throws it if it is a cancel or a fault of ours. */
export function bearable(thrown: unknown): ActionError {
  const error = asActionError(thrown);
  if (error.class === 'cancelled' || error.class === 'internal') throw error;
  return error;
}
