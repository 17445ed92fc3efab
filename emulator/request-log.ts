/** A request as it was answered. Never holds a token or a poll secret. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** UUID of the permission token; undefined where none was usable or needed. */
  token?: string | undefined;
  /** Undefined while it is being answered, and where no answer got through. */
  status?: number;
  fault?: string;
  durationMs?: number;
}

/** One line for a terminal. */
export function requestLine(request: LoggedRequest): string {
  const { method, path, at, status, fault, durationMs, token } = request;
  const time = new Date(at).toISOString().slice(11, 23);
  // Whatever a client sends as a path must not steer the terminal.
  const shown = `${method} ${path}`.replace(/[^\x20-\x7e…]/g, '?');
  const caller = token === undefined ? '' : ` token ${token.slice(0, 8)}`;
  return `${time} ${shown} ${status ?? fault} ${durationMs} ms${caller}`;
}
