/** One HTTP request. The signal carries every reason to stop: deadline, cancellation, the attempt's own limit. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Longest body in bytes; a longer one is an error, so that no server can fill our memory. */
  readonly maxBytes: number;
  /** Goes on a connection of its own, which no balancer or proxy can have closed meanwhile. */
  readonly isFresh?: boolean;
  /** Attempt at this request, from 1. Only a request whose path may be shown in the log has it. */
  readonly attempt?: number;
}

/** One whole HTTP answer. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** All `Set-Cookie` headers, of which `headers` has the first; undefined: it has them all. */
  readonly cookies?: readonly string[];
}

/** An answer that outgrew its limit; asking again would bring the same. Stands as the cause of a `network` error. */
export class TooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the answer is larger than ${maxBytes} bytes`);
  }
}

/** The request has surely not arrived: what happened is its own cause. Stands as the cause of a `network` error. */
export class NotSent extends Error {
  /** Node's, of what happened; empty where it has none. */
  readonly code: string;

  constructor(message: string, { code, cause }: { readonly code: string; readonly cause: unknown }) {
    super(message, { cause });
    this.code = code;
  }
}

/** A proxy opened no connection for us, so that nothing was sent. Stands as the cause of a `network` error. */
export class NoTunnel extends Error {
  /** Status of the proxy's answer, where there was one. */
  readonly status: number | undefined;

  constructor(message: string, { status, cause }: { readonly status?: number; readonly cause?: Error }) {
    super(message, { cause });
    this.status = status;
  }
}

/**
 * Sends one request once and reads the whole answer: no retries, no redirects followed. Rejects with the
 * signal's reason when it aborts, else with an error of class `network`; a body that ends early or grows
 * beyond `maxBytes` is such an error too.
 */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;
