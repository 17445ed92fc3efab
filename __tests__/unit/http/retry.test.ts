import { ActionError } from '../../../src/errors.js';
import {
  type AttemptEnd,
  endingOfError,
  endingOfStatus,
  READ_POLICY,
  type RetryPolicy,
  type RetryTools,
  TICKET_POLICY,
  WAIT_POLICY,
  WRITE_POLICY,
  withRetries,
} from '../../../src/http/retry.js';
import { type HttpResponse, TooLarge } from '../../../src/http/transport.js';
import { caught } from '../../support/caught.js';
import { type SteppingClock, steppingClock } from '../../support/fakes/stepping-clock.js';

const NEVER = new AbortController().signal;
const NOON = Date.UTC(2025, 0, 15, 12);

const answer = (status: number, headers: HttpResponse['headers'] = {}): HttpResponse => ({
  status,
  headers,
  body: '',
});

function network(code?: string): ActionError {
  const cause = code === undefined ? new Error('cut') : Object.assign(new Error(code), { code });
  return new ActionError('network', 'no answer', { cause });
}

const REFUSED = network('ECONNREFUSED');
const RESET = network('ECONNRESET');

/** Gives the attempts' results one by one, the last one for ever. */
function sender(...results: readonly (HttpResponse | Error)[]) {
  const it = {
    sent: 0,
    async send(): Promise<HttpResponse> {
      const result = results[Math.min(it.sent, results.length - 1)];
      it.sent += 1;
      if (result === undefined || result instanceof Error) throw result;
      return result;
    },
  };
  return it;
}

function tools(more: Partial<RetryTools> & { readonly clock?: SteppingClock } = {}) {
  const { clock = steppingClock(), ...others } = more;
  return { clock, signal: NEVER, jitter: () => 1, ...others };
}

describe('when an attempt has ended', () => {
  it.each<[number, AttemptEnd]>([
    [200, 'answered'],
    [307, 'answered'],
    [401, 'answered'],
    [404, 'answered'],
    [412, 'answered'],
    [408, 'unsure'],
    [429, 'rate limited'],
    [500, 'unsure'],
    [502, 'unsure'],
    [504, 'unsure'],
  ])('knows what status %d means', (status, ending) => expect(endingOfStatus(status)).toBe(ending));

  it.each<[string, unknown, AttemptEnd]>([
    ['refused', REFUSED, 'not sent'],
    ['a name that is not found', network('ENOTFOUND'), 'not sent'],
    ['a name server that is down', network('EAI_AGAIN'), 'not sent'],
    ['no route', network('EHOSTUNREACH'), 'not sent'],
    ['reset', RESET, 'unsure'],
    ['cut in the body', network(), 'unsure'],
    ['a connection that timed out', network('ETIMEDOUT'), 'unsure'],
    ['no answer in time', new ActionError('timeout', 'no answer'), 'unsure'],
    ['too large', new ActionError('network', 'no', { cause: new TooLarge(5) }), 'answered'],
    ['another of our errors', new ActionError('third party refused', 'no'), 'answered'],
    ['a bug', new TypeError('x is undefined'), 'answered'],
    ['nothing at all', undefined, 'answered'],
  ])('knows what an error means: %s', (_, error, ending) => expect(endingOfError(error)).toBe(ending));
});

describe('when an attempt fails for good', () => {
  // More than enough to see that there is no end to it.
  const forEver = 40;
  it.each<[string, RetryPolicy, string, HttpResponse | Error, number]>([
    ['READ_POLICY', READ_POLICY, '200', answer(200), 1],
    ['READ_POLICY', READ_POLICY, '404', answer(404), 1],
    ['READ_POLICY', READ_POLICY, '408', answer(408), 5],
    ['READ_POLICY', READ_POLICY, '502', answer(502), 5],
    ['READ_POLICY', READ_POLICY, '429', answer(429), forEver],
    ['READ_POLICY', READ_POLICY, 'refused', REFUSED, 5],
    ['READ_POLICY', READ_POLICY, 'reset', RESET, 5],
    ['READ_POLICY', READ_POLICY, 'a bug', new TypeError('bug'), 1],
    ['WAIT_POLICY', WAIT_POLICY, '408', answer(408), 1],
    ['WAIT_POLICY', WAIT_POLICY, '502', answer(502), forEver],
    ['WAIT_POLICY', WAIT_POLICY, '429', answer(429), forEver],
    ['WAIT_POLICY', WAIT_POLICY, 'reset', RESET, forEver],
    ['WRITE_POLICY', WRITE_POLICY, '408', answer(408), 1],
    ['WRITE_POLICY', WRITE_POLICY, '502', answer(502), 1],
    ['WRITE_POLICY', WRITE_POLICY, '429', answer(429), forEver],
    ['WRITE_POLICY', WRITE_POLICY, 'refused', REFUSED, 5],
    ['WRITE_POLICY', WRITE_POLICY, 'reset', RESET, 1],
    ['WRITE_POLICY', WRITE_POLICY, 'no answer in time', new ActionError('timeout', 'late'), 1],
    ['TICKET_POLICY', TICKET_POLICY, '408', answer(408), 8],
    ['TICKET_POLICY', TICKET_POLICY, '429', answer(429), 8],
    ['TICKET_POLICY', TICKET_POLICY, '503', answer(503), 8],
    ['TICKET_POLICY', TICKET_POLICY, 'refused', REFUSED, 8],
    ['TICKET_POLICY', TICKET_POLICY, 'reset', RESET, 8],
    ['TICKET_POLICY', TICKET_POLICY, '401', answer(401), 1],
  ])('%s: %s %s is tried so often, and is what comes of it', async (_, policy, __, result, tries) => {
    const stop = new AbortController();
    const clock = steppingClock({
      onPause: () => (clock.pauses.length < forEver ? undefined : stop.abort('for ever')),
    });
    const it = sender(result);
    const done = withRetries(policy, tools({ clock, signal: stop.signal }), it.send);
    if (tries === forEver) expect(await caught(done)).toBe('for ever');
    else if (result instanceof Error) expect(await caught(done)).toBe(result);
    else expect(await done).toBe(result);
    expect(it.sent).toBe(tries);
  });
});

describe('when an attempt fails for a while', () => {
  it('goes on by how the last one ended: what broke after it was never sent counts as such', async () => {
    const it = sender(REFUSED, answer(429), RESET, answer(200));
    expect(await caught(withRetries(WRITE_POLICY, tools(), it.send))).toBe(RESET);
    expect(it.sent).toBe(3);
  });

  it.each<[string, RetryPolicy, readonly (HttpResponse | Error)[]]>([
    [
      'READ_POLICY',
      READ_POLICY,
      [...Array(9).fill(answer(429)), answer(503), RESET, REFUSED, answer(503), RESET],
    ],
    ['READ_POLICY', READ_POLICY, [...Array(4).fill(RESET), ...Array(4).fill(REFUSED)]],
    ['WRITE_POLICY', WRITE_POLICY, [...Array(4).fill(REFUSED), answer(429), answer(429)]],
    ['TICKET_POLICY', TICKET_POLICY, [answer(429), answer(503), REFUSED, answer(429), RESET, REFUSED]],
  ])('counts each kind of trouble by itself: %s %#', async (_, policy, troubles) => {
    const it = sender(...troubles, answer(200));
    // The last of a kind's tries is still one that may go well.
    expect(await withRetries(policy, tools(), it.send)).toMatchObject({ status: 200 });
    expect(it.sent).toBe(troubles.length + 1);
  });

  it('does not begin to count anew when another kind comes in between', async () => {
    const it = sender(RESET, REFUSED, RESET, answer(429), RESET, REFUSED, RESET, RESET);
    expect(await caught(withRetries(READ_POLICY, tools(), it.send))).toBe(RESET);
    expect(it.sent).toBe(8);
  });

  it('doubles its pauses up to eight seconds, spread by chance downwards', async () => {
    const policy = { ...READ_POLICY, unsure: 7 };
    const most = tools();
    const least = tools({ jitter: () => 0 });
    await caught(withRetries(policy, most, sender(RESET).send));
    await caught(withRetries(policy, least, sender(RESET).send));
    expect(most.clock.pauses).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
    expect(least.clock.pauses).toEqual([250, 500, 1000, 2000, 4000, 4000]);
  });

  it('says before each pause why and for how long', async () => {
    const told: [string, number][] = [];
    const it = sender(answer(503), RESET, answer(200));
    await withRetries(READ_POLICY, tools({ onRetry: (why, ms) => told.push([why, ms]) }), it.send);
    expect(told).toEqual([
      ['status 503', 500],
      ['no answer', 1000],
    ]);
  });
});

describe('when a policy has so much time and no more', () => {
  it('tries once more at its end, and by a clock that stands still, too', async () => {
    const clock = steppingClock();
    await withRetries(TICKET_POLICY, tools({ clock }), sender(answer(503)).send);
    expect(clock.pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 4_500]);
  });

  it('takes an answer that is told to wait for longer as it is, at once', async () => {
    const clock = steppingClock();
    const it = sender({ status: 429, headers: { 'retry-after': '120' }, body: '' });
    expect(await withRetries(TICKET_POLICY, tools({ clock }), it.send)).toMatchObject({ status: 429 });
    expect(it.sent).toBe(1);
  });
});

describe('when somebody else makes the pause after a 429', () => {
  it('tells how long it is and sends on at once; all other pauses are still made here', async () => {
    const held: number[] = [];
    const told: string[] = [];
    const onRateLimit = (ms: number) => held.push(ms);
    const it = tools({ onRateLimit, onRetry: (why, ms) => told.push(`${why} ${ms}`) });
    const limited = answer(429, { 'retry-after': '7' });
    await withRetries(READ_POLICY, it, sender(limited, answer(429), answer(503), RESET, answer(200)).send);
    expect(held).toEqual([7_000, 1_000]);
    expect(it.clock.pauses).toEqual([2_000, 4_000]);
    expect(told).toEqual(['status 429 7000', 'status 429 1000', 'status 503 2000', 'no answer 4000']);
  });

  it('stops where the policy does', async () => {
    const held: number[] = [];
    const it = tools({ onRateLimit: (ms) => held.push(ms) });
    expect(await withRetries(TICKET_POLICY, it, sender(answer(429)).send)).toMatchObject({ status: 429 });
    expect(held).toHaveLength(7);
  });

  it('tells of it also where it gives up, since others are to wait as long', async () => {
    const held: number[] = [];
    const it = tools({ onRateLimit: (ms) => held.push(ms) });
    const limited = answer(429, { 'retry-after': '120' });
    expect(await withRetries(TICKET_POLICY, it, sender(limited).send)).toMatchObject({ status: 429 });
    expect(held).toEqual([120_000]);
  });
});

describe('when the answer says when to ask again', () => {
  const http = (ms: number) => new Date(ms).toUTCString();
  it.each<[string, HttpResponse['headers'], number]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['more seconds than any pause of our own', { 'retry-after': '120' }, 120_000],
    ['a date', { 'retry-after': http(NOON + 9_000) }, 9_000],
    [
      'a date by a clock that is not ours',
      { date: http(NOON - 3_600_000), 'retry-after': http(NOON - 3_590_000) },
      10_000,
    ],
    ['a date that has passed', { 'retry-after': http(NOON - 1_000) }, 500],
    ['at once', { 'retry-after': '0' }, 500],
    ['a word', { 'retry-after': 'soon' }, 500],
    ['a word with a number in it', { 'retry-after': 'soon 2099' }, 500],
    ['a fraction', { 'retry-after': '1.5' }, 500],
    ['less than nothing', { 'retry-after': '-5' }, 500],
    ['nothing', { 'retry-after': '' }, 500],
    ['no number that there is', { 'retry-after': '9'.repeat(400) }, 500],
  ])('waits so long: %s', async (_, headers, pause) => {
    const it = tools();
    await withRetries(READ_POLICY, it, sender(answer(429, headers), answer(200)).send);
    expect(it.clock.pauses).toEqual([pause]);
  });

  it('obeys for an answer of 503 too', async () => {
    const it = tools();
    await withRetries(READ_POLICY, it, sender(answer(503, { 'retry-after': '3' }), answer(200)).send);
    expect(it.clock.pauses).toEqual([3_000]);
  });
});

describe('when the signal aborts', () => {
  const reason = new ActionError('cancelled', 'the job was cancelled');

  it('ends the pause and sends nothing more', async () => {
    const stop = new AbortController();
    const clock = steppingClock({ onPause: () => stop.abort(reason) });
    const it = sender(answer(429));
    expect(await caught(withRetries(READ_POLICY, tools({ clock, signal: stop.signal }), it.send))).toBe(
      reason,
    );
    expect(it.sent).toBe(1);
  });

  it.each([READ_POLICY, WRITE_POLICY])(
    'gives its reason in place of the broken attempt: %j',
    async (policy) => {
      const it = sender(RESET);
      const { signal, send } = abortedBy(it.send);
      expect(await caught(withRetries(policy, tools({ signal }), send))).toBe(reason);
      expect(it.sent).toBe(1);
    },
  );

  it('does not throw away an answer that came all the same', async () => {
    const { signal, send } = abortedBy(sender(answer(200)).send);
    expect(await withRetries(READ_POLICY, tools({ signal }), send)).toMatchObject({ status: 200 });
  });

  it('sends nothing where it has before the first attempt', async () => {
    const it = sender(answer(200));
    const signal = AbortSignal.abort(reason);
    expect(await caught(withRetries(READ_POLICY, tools({ signal }), it.send))).toBe(reason);
    expect(it.sent).toBe(0);
  });

  /** Aborts the signal while an attempt is under way. */
  function abortedBy(send: () => Promise<HttpResponse>) {
    const stop = new AbortController();
    const aborting = () => {
      stop.abort(reason);
      return send();
    };
    return { signal: stop.signal, send: aborting };
  }
});
