import { ServerTime } from '../../../src/http/server-time.js';
import type { HttpRequest, HttpResponse } from '../../../src/http/transport.js';
import { caught } from '../../support/caught.js';
import { steppingClock } from '../../support/fakes/stepping-clock.js';

const NOON = Date.UTC(2025, 0, 15, 12);
const HOUR = 3_600_000;

const request: HttpRequest = {
  method: 'GET',
  url: new URL('https://fly.test/'),
  headers: {},
  signal: new AbortController().signal,
  maxBytes: 1,
};

/** A time whose clock stands at noon, and a function that lets an answer come with the header `Date`. */
function setUp() {
  const clock = steppingClock({ start: NOON });
  const time = new ServerTime(clock);
  const answer = async (date?: string | number): Promise<HttpResponse> => {
    const text = typeof date === 'number' ? new Date(date).toUTCString() : date;
    const response = { status: 401, headers: text === undefined ? {} : { date: text }, body: 'no' };
    const got = await time.observing(async () => response, [request.url.origin])(request);
    expect(got).toBe(response);
    return got;
  };
  return { clock, time, answer };
}

describe('when no server has answered yet', () => {
  it("goes by this machine's clock", () => {
    const { time } = setUp();
    expect([time.now(), time.known]).toEqual([NOON, false]);
  });

  it.each([undefined, '', 'noon', 'Wed, 99 Jan 2025 12:00:00 GMT'])(
    'learns nothing from an answer whose date is %j',
    async (date) => {
      const { time, answer } = setUp();
      await answer(date);
      expect([time.now(), time.known]).toEqual([NOON, false]);
    },
  );

  it('learns nothing from a request that fails, and passes the error on', async () => {
    const { time } = setUp();
    const error = new Error('cut');
    const transport = time.observing(() => Promise.reject(error), [request.url.origin]);
    expect(await caught(transport(request))).toBe(error);
    expect(time.known).toBe(false);
  });
});

it("learns nothing from a stranger's clock", async () => {
  const time = new ServerTime(steppingClock({ start: NOON }));
  const headers = { date: new Date(NOON + 3_600_000).toUTCString() };
  await time.observing(async () => ({ status: 200, headers, body: '' }), ['https://other.test'])(request);
  expect([time.now(), time.known]).toEqual([NOON, false]);
});

describe('when a server has told its time', () => {
  it.each([
    ['an hour ahead', NOON - HOUR, NOON - HOUR],
    ['an hour behind', NOON + HOUR, NOON + HOUR],
    ['six seconds behind', NOON + 6_000, NOON + 6_000],
    ['five seconds behind, which means nothing', NOON + 5_000, NOON],
    ['five seconds ahead, which means nothing', NOON - 5_000, NOON],
    ['right', NOON, NOON],
  ])("corrects this machine's clock that is %s", async (_, date, now) => {
    const { time, answer } = setUp();
    await answer(date);
    expect([time.now(), time.known]).toEqual([now, true]);
  });

  it("goes on with this machine's clock from there", async () => {
    const { clock, time, answer } = setUp();
    await answer(NOON + HOUR);
    await clock.sleep(90_000);
    expect(time.now()).toBe(NOON + HOUR + 90_000);
  });

  it('believes the latest answer, and keeps what it knows where one has no date', async () => {
    const { time, answer } = setUp();
    await answer(NOON + HOUR);
    await answer();
    expect(time.now()).toBe(NOON + HOUR);
    await answer(NOON);
    expect(time.now()).toBe(NOON);
  });
});

describe('when a server told its time a while ago', () => {
  it.each([
    ['ten seconds', 10_000, true],
    ['more', 10_001, false],
    ['hours, since the clock has jumped', 2 * HOUR, false],
    ['in the future, since the clock has jumped back', -1, false],
  ])('%s: recent or not', async (_, ms, isRecent) => {
    const { clock, time, answer } = setUp();
    expect(time.isRecent).toBe(false);
    await answer(NOON + HOUR);
    await clock.sleep(ms);
    expect(time.isRecent).toBe(isRecent);
  });
});
