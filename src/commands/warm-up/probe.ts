import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { ActionError, asActionError } from '../../errors.js';
import { limited } from '../../http/limited.js';
import { TooLarge, type Transport } from '../../http/transport.js';

const ATTEMPT_MS = 10_000;
const PROBE_PAUSE_MS = 1_000;
const MOST_PROBE_BYTES = 16 * 1024 * 1024;

/** Range of statuses, both ends included. */
export interface StatusRange {
  readonly least: number;
  readonly most: number;
}

/** Request that shows whether an app serves. */
export interface Probe {
  readonly url: URL;
  /** Ranges of good statuses. */
  readonly status: readonly StatusRange[];
  /** Number of good answers in a row that end the probe. */
  readonly successes: number;
}

/** Dependencies of a probe. */
export interface ProbeTools {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadline: Pick<Deadline, 'signal'>;
}

/**
 * Asks for a URL once a second, without any token, until enough good answers came in a row. A redirect counts as an
 * answer and is not followed. Throws a `timeout` at the deadline, which says what came back last, and a `network` error
 * at once when an answer is too large.
 */
export async function probe({ url, status, successes }: Probe, tools: ProbeTools): Promise<void> {
  const { clock, deadline } = tools;
  const what = `GET ${withoutQuery(url)}`;
  let inRow = 0;
  let trouble: string | undefined;
  try {
    for (;;) {
      const wrong = await troubleOf(url, status, tools);
      inRow = wrong === undefined ? inRow + 1 : 0;
      trouble = wrong ?? trouble;
      if (inRow >= successes) return;
      await clock.sleep(PROBE_PAUSE_MS, deadline.signal);
    }
  } catch (thrown) {
    const error = asActionError(thrown);
    if (error.class === 'network') throw tooLarge(what, error);
    if (error.class !== 'timeout') throw error;
    const last = trouble === undefined ? '' : `; before that: ${trouble}`;
    throw new ActionError(
      'timeout',
      `${what}: ${error.message}, ${inRow} of ${successes} good answers in a row${last}`,
      {
        hint: `Good answers have status ${status.map(rangeText).join(', ')} (\`probe-status\`). \`fly logs\` may show what is wrong; give the step more time with \`timeout\`.`,
        cause: error,
      },
    );
  }
}

/** Asks once and says what was wrong; undefined for a good answer. Throws errors that asking again doesn't mend. */
async function troubleOf(
  url: URL,
  wanted: readonly StatusRange[],
  { transport, clock, deadline: { signal } }: ProbeTools,
): Promise<string | undefined> {
  const ask = limited(transport, clock, ATTEMPT_MS);
  const headers = { accept: '*/*', 'cache-control': 'no-cache' };
  try {
    const { status } = await ask({ method: 'GET', url, headers, signal, maxBytes: MOST_PROBE_BYTES });
    return wanted.some(({ least, most }) => status >= least && status <= most)
      ? undefined
      : `status ${status}`;
  } catch (thrown) {
    signal.throwIfAborted();
    const error = asActionError(thrown);
    const passes = error.class === 'timeout' || error.class === 'network';
    if (!passes || error.cause instanceof TooLarge) throw error;
    return error.message;
  }
}

function tooLarge(what: string, error: ActionError): ActionError {
  return new ActionError('network', `${what}: ${error.message}`, {
    hint: 'Point `probe-url` at a small page.',
    cause: error.cause,
  });
}

/** Shows a URL without its query, which may hold a secret. */
function withoutQuery({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function rangeText({ least, most }: StatusRange): string {
  return least === most ? String(least) : `${least}-${most}`;
}
