/** A request and the fate of its answer. Never holds a token or a poll secret. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** UUID of the permission token; undefined when no token was usable or needed. */
  token?: string | undefined;
  /** Status of the answer; undefined while the request is under way, and when no answer got through. */
  status?: number;
  fault?: string;
  durationMs?: number;
}

/** Formats a request as one line for a terminal. */
export function requestLine(request: LoggedRequest): string {
  const { method, path, at, status, fault, durationMs, token } = request;
  const time = new Date(at).toISOString().slice(11, 23);
  // A client's path must not steer the terminal.
  const shown = `${method} ${path}`.replace(/[^\x20-\x7e…]/g, '?');
  const caller = token === undefined ? '' : ` token ${token.slice(0, 8)}`;
  return `${time} ${shown} ${status ?? fault} ${durationMs} ms${caller}`;
}
