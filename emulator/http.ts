/** A request as Fly receives it: whole, with path and query as on the request line. */
export interface FlyRequest {
  readonly method: string;
  readonly path: string;
  /** Headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Who sends it, for hooks that tell senders apart; no answer hangs on it. */
  readonly by?: string;
}

/** A proper answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Ways in which a connection can fail; see `BrokenReply`. */
export type ConnectionFault = 'cut' | 'reset' | 'hang' | 'drip';

/**
 * A reply that is no proper answer: `reset` ends the connection before sending a header, `cut` in the middle of
 * the body, `hang` never answers, `drip` sends a byte now and then. `answer` is the one that the server had
 * ready.
 */
export interface BrokenReply {
  readonly fault: ConnectionFault;
  readonly answer: Answer;
}

export type Reply = Answer | BrokenReply;

/** Makes an answer with a JSON body. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** Makes a refusal in the form of most routes: `{"error": text}`. */
export function refusal(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(status, { error: text }, headers);
}

/** Makes an answer in plain text, as Go's own HTTP server does. */
export function plain(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

/** Makes an HTML page instead of JSON, as a proxy on the way does. */
export function page(status: number, title: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  };
}

/** Answer of stop, suspend, cordon and the like when they accept. */
export const ACCEPTED: Answer = json(200, { ok: true });
