import type { HttpResponse } from './transport.js';

/** Source of the Authorization header, kept fresh. */
export interface TokenSource {
  header(): Promise<string>;
  /** Returns another header after a 401 with `refused`; undefined if there is none. */
  renew(refused: string): Promise<string | undefined>;
}

/** Request whose every attempt asks for the header right before it goes out: a discharge may end while it waits for its turn. */
export interface AuthorizedRequest {
  readonly tokens: TokenSource;
  /** Makes attempts until an answer stands. */
  readonly attempts: (header: () => Promise<string>) => Promise<HttpResponse>;
  /** Returns whether another header may be taken on. */
  readonly isRefused: (response: HttpResponse) => boolean;
  /** Told of a refusal before the token is renewed. */
  readonly onRefused?: (() => void) | undefined;
}

/**
 * Sends a request under a token. After a refusal it renews the token once; the answer after that stands. A token that can't
 * be used is told before the request waits for anything.
 */
export async function authorized({
  tokens,
  attempts,
  isRefused,
  onRefused,
}: AuthorizedRequest): Promise<HttpResponse> {
  let sent = await tokens.header();
  const response = await attempts(async () => {
    sent = await tokens.header();
    return sent;
  });
  if (!isRefused(response)) return response;
  onRefused?.();
  const refused = sent;
  const renewed = await tokens.renew(refused);
  if (renewed === undefined) return response;
  return attempts(async () => {
    const header = await tokens.header();
    return header === refused ? renewed : header;
  });
}
