import type { Clock } from '../clock.js';
import { isOfClass } from '../errors.js';
import { authorized, type TokenSource } from '../http/authorized.js';
import { LastEnd } from '../http/last-end.js';
import { limited } from '../http/limited.js';
import { READ_POLICY, withRetries } from '../http/retry.js';
import { type HttpRequest, type HttpResponse, TooLarge, type Transport } from '../http/transport.js';
import { withoutHeader } from '../known-secrets.js';
import { formatDuration } from '../text.js';
import { readMatrix } from './matrix.js';
import type { RangeWindow, Series } from './series.js';

export type { RangeWindow, Sample, Series } from './series.js';

/** Dependencies of queries; all effects come from here. */
export interface PrometheusTools {
  /** Below which `api/v1/` lies, such as `https://api.fly.io/prometheus/my-org/`. */
  readonly url: URL;
  /** Its header is empty where none is to be sent. */
  readonly tokens: TokenSource;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly jitter: () => number;
  readonly debug: (message: string) => void;
  /** True for an address of Fly's own, whose path may be shown in the log. */
  readonly isFlys?: boolean;
}

const WHAT = 'query metrics';
const QUERY_LIMIT_MS = 30_000;
/** Some 5,000 machines over four hours. */
const MAX_METRICS_BYTES = 64 * 1024 * 1024;
/** Proxies take URLs of 8 KiB as a rule; longer queries go as a form. */
const LONGEST_URL = 4_000;

/**
 * Fly's metrics, by the HTTP API of Prometheus. Throws errors of the classes `unauthorized` and `forbidden` (the token
 * may not read metrics), `not found`, `input` (the query is refused), `rate limited`, `timeout`, `network` and
 * `Fly failure`, and the signal's reason when that aborts. (prometheus.io: docs/prometheus/latest/querying/api)
 */
export class Prometheus {
  readonly #tools: PrometheusTools;
  readonly #url: URL;

  constructor(tools: PrometheusTools) {
    this.#tools = tools;
    const base = new URL(tools.url);
    base.pathname = base.pathname.replace(/\/*$/, '/');
    this.#url = new URL('api/v1/query_range', base);
  }

  /**
   * The values of a query at every step of a window; one request, whatever it brings. An answer that says itself that
   * it isn't whole is an error.
   */
  async range(query: string, window: RangeWindow, signal: AbortSignal): Promise<Series[]> {
    signal.throwIfAborted();
    const request = this.#request(query, window);
    const response = await authorized({
      tokens: this.#tools.tokens,
      attempts: (header) => this.#attempts(request, header, signal),
      isRefused: ({ status }) => status === 401,
    });
    return readMatrix(response, WHAT);
  }

  #request(query: string, { start, end, stepMs }: RangeWindow): Omit<HttpRequest, 'signal'> {
    const form = new URLSearchParams({
      query,
      start: seconds(start),
      end: seconds(end),
      step: seconds(stepMs),
      // VictoriaMetrics would move the window for its cache; Prometheus doesn't know this and takes no offence.
      nocache: '1',
    });
    const headers = { accept: 'application/json' };
    const url = new URL(`?${form}`, this.#url);
    if (url.href.length <= LONGEST_URL) return { method: 'GET', url, headers, maxBytes: MAX_METRICS_BYTES };
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = form.toString();
    return {
      method: 'POST',
      url: this.#url,
      headers: { ...headers, ...type },
      body,
      maxBytes: MAX_METRICS_BYTES,
    };
  }

  async #attempts(
    request: Omit<HttpRequest, 'signal'>,
    header: () => Promise<string>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { clock, jitter, debug, isFlys } = this.#tools;
    const transport = limited(this.#tools.transport, clock, QUERY_LIMIT_MS);
    const onRetry = (why: string, delay: number) =>
      debug(`${WHAT}: ${why}, again in ${formatDuration(delay)}`);
    const last = new LastEnd();
    try {
      return await withRetries(READ_POLICY, { clock, jitter, signal, onRetry }, async (isFresh, attempt) => {
        const authorization = await header();
        const headers = { ...request.headers, ...(authorization !== '' && { authorization }) };
        const sent = transport({ ...request, headers, signal, isFresh, ...(isFlys && { attempt }) });
        // What comes back of an error may end up in a message.
        const hidden = sent.then((answer) =>
          answer.status < 300 ? answer : { ...answer, body: withoutHeader(answer.body, authorization) },
        );
        return last.of(hidden);
      }).catch((error: unknown) => last.insteadOf(error));
    } catch (error) {
      throw noMetrics(error);
    }
  }
}

/** Writes milliseconds as seconds, of a time or of a length. */
function seconds(ms: number): string {
  return String(ms / 1000);
}

function noMetrics(error: unknown): unknown {
  if (!isOfClass(error, 'network', 'timeout')) return error;
  const hint =
    error.cause instanceof TooLarge
      ? 'The app has more machines than one answer can hold over this window; a shorter `idle-for` makes it smaller.'
      : 'Is prometheus-url right? https://status.flyio.net shows how Fly is.';
  return error.with({ message: `${WHAT}: ${error.message}`, hint: error.hint ?? hint, cause: error.cause });
}
