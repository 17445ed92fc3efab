/** A request as it reaches Fly: whole, with its path and query as they stood on the request line. */
export interface FlyRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a connection can fail; `Broken` says what the server was about to answer. */
export type ConnectionFault = 'cut' | 'reset' | 'hang' | 'drip';

/**
 * No proper answer: `reset` ends the connection before a header is sent, `cut` in the middle of the body,
 * `hang` never answers, `drip` sends a byte now and then.
 */
export interface Broken {
  readonly fault: ConnectionFault;
  readonly answer: Answer;
}

export type Reply = Answer | Broken;

/** An answer with a JSON body. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** A refusal in the form of most routes: `{"error": text}`. */
export function refusal(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(status, { error: text }, headers);
}

/** An answer in plain text, as Go's own HTTP server gives it. */
export function plain(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

/** A page where JSON was due, as a proxy in between gives it. */
export function page(status: number, title: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  };
}

/** What stop, suspend, cordon and the like answer when they accept. */
export const accepted: Answer = json(200, { ok: true });
