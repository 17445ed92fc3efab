import { ActionError } from '../../../src/errors.js';
import { TooLarge } from '../../../src/http/transport.js';
import { caught } from '../../support/caught.js';
import { connectionError } from '../../support/fakes/fly-transport.js';
import { answer, type Scripted } from '../../support/fakes/scripted-transport.js';
import { ask, HEADER } from './prometheus-rig.js';

/** As Prometheus 2.42 answers, and VictoriaMetrics, which adds a few fields. */
const GOOD =
  '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"instance":"148e21","signal":"concurrency"},"values":[[1736942400,"0"],[1736942460.5,"1.5e+03"],[1736942520,"NaN"],[1736942580,"+Inf"],[1736942640,"-Inf"]]}]}}';
const OF_VICTORIA_METRICS = GOOD.replace(
  '"status":"success",',
  '"status":"success","isPartial":false,',
).replace(/}$/, ',"stats":{"seriesFetched":"1","executionTimeMsec":3}}');

const SERIES = [
  {
    labels: { instance: '148e21', signal: 'concurrency' },
    samples: [
      { at: 1_736_942_400_000, value: 0 },
      { at: 1_736_942_460_500, value: 1500 },
      { at: 1_736_942_520_000, value: Number.NaN },
      { at: 1_736_942_580_000, value: Number.POSITIVE_INFINITY },
      { at: 1_736_942_640_000, value: Number.NEGATIVE_INFINITY },
    ],
  },
];

const good = answer(200, GOOD);
const failed = (status: number, errorType: string, error: string) =>
  answer(status, { status: 'error', errorType, error }, { 'fly-request-id': '01REQ' });

/** Asks for so long, in milliseconds. */
const askFor = (ms: number, script: readonly Scripted[]) => ask(script, { ms });

async function failure(script: readonly Scripted[]): Promise<ActionError> {
  const error = await caught(ask(script).done);
  if (!(error instanceof ActionError)) throw error;
  return error;
}

describe('when a range is asked for', () => {
  it.each(['https://api.fly.io/prometheus/my-org/', 'https://api.fly.io/prometheus/my-org'])(
    'is one GET below %s',
    async (url) => {
      const { done, requests } = ask([good], { url, query: 'sum by (instance) (up{app="a+b"})' });
      await done;
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({
        method: 'GET',
        headers: { authorization: HEADER, accept: 'application/json' },
        maxBytes: 67_108_864,
      });
      expect(requests[0]?.url.href.split('?')[0]).toBe(
        'https://api.fly.io/prometheus/my-org/api/v1/query_range',
      );
      expect(Object.fromEntries(requests[0]?.url.searchParams ?? [])).toEqual({
        query: 'sum by (instance) (up{app="a+b"})',
        start: '1736942400',
        end: '1736942640',
        step: '60',
        nocache: '1',
      });
    },
  );

  it('is a form where the query is too long for a URL', async () => {
    const query = `up{app=~"${'a|'.repeat(3000)}"}`;
    const { done, requests } = ask([good], { query });
    await done;
    const [request] = requests;
    expect(request).toMatchObject({
      method: 'POST',
      headers: { authorization: HEADER, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(request?.url.search).toBe('');
    expect(new URLSearchParams(request?.body).get('query')).toBe(query);
  });

  it.each([
    ['Prometheus', GOOD],
    ['VictoriaMetrics', OF_VICTORIA_METRICS],
  ])('brings the series as %s tells them', async (_, body) => {
    expect(await ask([answer(200, body)]).done).toEqual(SERIES);
  });

  it('brings nothing where there is nothing', async () => {
    const none = { status: 'success', data: { resultType: 'matrix', result: [] } };
    expect(await ask([answer(200, none)]).done).toEqual([]);
  });

  it('goes on past troubles on the way, and says so', async () => {
    const limited = answer(429, '', { 'retry-after': '7' });
    const { done, pauses, said } = ask([answer(503), connectionError('ECONNRESET'), limited, good]);
    expect(await done).toEqual(SERIES);
    expect(pauses).toEqual([500, 1000, 7000]);
    expect(said[0]).toBe('query metrics: status 503, again in 500 ms');
  });

  it('sends no header where there is none', async () => {
    const { done, requests } = ask([good], { header: '' });
    await done;
    expect(Object.keys(requests[0]?.headers ?? {})).toEqual(['accept']);
  });

  it('asks for the token anew after each pause', async () => {
    const tooMany = answer(429, '', { 'retry-after': '700' });
    const { done, requests } = ask([tooMany, good], { header: (ms) => `after ${ms} ms` });
    await done;
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual([
      'after 0 ms',
      'after 700000 ms',
    ]);
  });

  it('tells of no attempt’s token, whichever answer is told in the end', async () => {
    const header = (ms: number) => (ms === 0 ? 'FlyV1 fm2_first' : 'FlyV1 fm2_second');
    const echo = answer(503, 'bad auth FlyV1 fm2_first');
    const error = await caught(ask([echo, 'hang'], { header, ms: 20_000 }).done);
    expect(error).toMatchObject({ message: expect.stringContaining('bad auth FlyV1 […]') });
  });

  it('tries once more under a token that was renewed', async () => {
    const { done, requests, renewals } = ask([answer(401), good], { renewed: 'FlyV1 fm2_new' });
    expect(await done).toEqual(SERIES);
    expect(renewals).toEqual([HEADER]);
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual([HEADER, 'FlyV1 fm2_new']);
  });
});

describe('when a range is refused', () => {
  const readable = expect.stringContaining(
    '`metrics-token` to one of `fly tokens create readonly -o <org> -x 8760h`',
  );
  it.each<[string, Scripted, object]>([
    ['401', answer(401, 'unauthorized\n'), { class: 'unauthorized', status: 401, hint: readable }],
    [
      '403',
      failed(403, 'forbidden', 'token lacks access'),
      {
        class: 'forbidden',
        hint: readable,
        line: expect.stringMatching(
          /^forbidden: query metrics: answered 403: forbidden: token lacks access \(request 01REQ\)\. /,
        ),
      },
    ],
    ['404', answer(404, '<html>'), { class: 'not found', message: expect.stringMatching(/a page of HTML$/) }],
    [
      '400',
      failed(400, 'bad_data', 'invalid parameter "query": 1:4: parse error: unexpected <by>'),
      {
        class: 'input',
        message: expect.stringContaining('bad_data: invalid parameter "query"'),
        hint: expect.stringContaining('fly-metrics.net'),
      },
    ],
    ['422', failed(422, 'execution', 'many-to-many matching not allowed'), { class: 'input' }],
    ['a redirect', answer(302, ''), { class: 'Fly failure', message: 'query metrics: answered 302' }],
  ])('is an error after one request: %s', async (_, refusal, error) => {
    expect(await failure([refusal])).toMatchObject(error);
  });

  it('names the slug of the organization beside the token where nobody is known', async () => {
    const unknown = answer(401, { error: 'something went wrong resolving organization' });
    expect(await failure([unknown])).toMatchObject({
      class: 'unauthorized',
      hint: expect.stringMatching(/`metrics-token` .*\. .*slug/),
    });
  });

  it.each<[string, Scripted, object]>([
    ['429', answer(429, '', { 'retry-after': '1' }), { class: 'rate limited', status: 429 }],
    ['429, for long', answer(429, '', { 'retry-after': '3600' }), { class: 'rate limited', status: 429 }],
    ['500', answer(500, 'oops'), { class: 'Fly failure', status: 500 }],
    ['503', answer(503, '', { 'retry-after': '3600' }), { class: 'Fly failure', status: 503 }],
    ['a reset', connectionError('ECONNRESET'), { class: 'network' }],
  ])('says what came back each time until time was up: %s', async (_, trouble, error) => {
    const { done, requests } = askFor(5_000, Array<Scripted>(10).fill(trouble));
    expect(await caught(done)).toMatchObject(error);
    expect(requests.length).toBeGreaterThan(0);
  });

  it('says what came back before nothing did', async () => {
    const { done } = askFor(5_000, [answer(503), 'hang']);
    expect(await caught(done)).toMatchObject({ class: 'Fly failure', status: 503 });
  });

  it('says that nothing came back where nothing did, and a cancel for what it is', async () => {
    expect(await caught(askFor(5_000, ['hang']).done)).toMatchObject({ class: 'timeout' });
    const stop = new AbortController();
    const { done } = ask([answer(429, '', { 'retry-after': '3600' })], { signal: stop.signal });
    stop.abort(new ActionError('cancelled', 'the job was cancelled'));
    expect(await caught(done)).toMatchObject({ class: 'cancelled' });
  });

  it('is an error after five requests that met a server in trouble', async () => {
    const busy = failed(503, 'timeout', 'query timed out in expression evaluation');
    expect(await failure(Array.from({ length: 5 }, () => busy))).toMatchObject({
      class: 'Fly failure',
      message: 'query metrics: answered 503: timeout: query timed out in expression evaluation',
      hint: expect.stringContaining('status.flyio.net'),
    });
  });

  it('is an error where no answer comes at all', async () => {
    const hang = await failure(Array.from({ length: 5 }, () => 'hang' as const));
    expect(hang).toMatchObject({ class: 'timeout', message: 'query metrics: no answer within 30 s' });
    expect(hang.hint).toContain('prometheus-url');
    const cut = await failure(Array.from({ length: 5 }, () => connectionError('ECONNREFUSED')));
    expect(cut).toMatchObject({ class: 'network', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('is not asked for again where the answer is too large', async () => {
    const large = new ActionError('network', 'GET: too large', { cause: new TooLarge(9) });
    expect(await failure([large])).toMatchObject({
      class: 'network',
      hint: expect.stringContaining('idle-for'),
    });
  });

  it('never shows the token', async () => {
    const error = await failure([answer(403, `no access for ${HEADER}`)]);
    expect(error.line).not.toContain('MetricsToken');
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('cancelled');
    expect(await caught(ask([], { signal: AbortSignal.abort(reason) }).done)).toBe(reason);
  });
});

describe('when an answer makes no sense', () => {
  const matrix = (values: unknown) => ({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: { instance: '1' }, values }] },
  });
  it.each<[string, unknown, string]>([
    ['text', 'ok', 'it is not JSON'],
    ['a list', [], 'makes no sense'],
    ['an error with a status of success', { status: 'error', error: 'oh no' }, 'an error, oh no'],
    ['a vector', { status: 'success', data: { resultType: 'vector', result: [] } }, 'resultType'],
    ['a bare number', matrix([[1, 2]]), 'makes no sense'],
    ['half a sample', matrix([[1]]), 'makes no sense'],
    ['words for a number', matrix([[1, 'zero']]), 'zero is not a number'],
    ['no text at all', matrix([[1, '']]), 'is not a number'],
    ['a number of another kind', matrix([[1, '0x10']]), '0x10 is not a number'],
    ['a part of it', { ...matrix([]), isPartial: true }, 'may not be whole'],
    ['a part of it, with a warning', { ...matrix([]), warnings: ['no storage'] }, 'whole: no storage'],
  ])('is an error: %s', async (_, body, message) => {
    expect(await failure([answer(200, body)])).toMatchObject({
      class: 'Fly failure',
      message: expect.stringContaining(message),
    });
  });
});
