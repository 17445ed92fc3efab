import type { Exchange } from '../../../../../emulator/exchange.js';
import { cookiesReturn } from '../../../../../simulate/checks/limits/cookies-return.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';

const PAIR = 'affinity=node-1';
const reply = {
  status: 200,
  headers: { 'set-cookie': `${PAIR}; Path=/v1/apps/my-app` },
  body: '{"ok":true}',
};
const given = (rest: Partial<Exchange> = {}) =>
  madePost('/v1/apps/my-app/machines/a/stop', { reply, ...rest });
const later = (path: string, cookie?: string, afterMs = 1_000) =>
  madePost(path, {
    at: START + 1_050 + afterMs,
    request: { method: 'GET', path, headers: cookie === undefined ? {} : { cookie }, body: '', by: 'job/0' },
  });
const of = (...exchanges: Exchange[]) =>
  foundBy(cookiesReturn, madeScript(), madeHistory({ exchanges, runs: [madeRun()] }));

test('a request that brings the cookie is well', () => {
  expect(of(given(), later('/v1/apps/my-app/machines/a', `x=1; ${PAIR}`))).toEqual({ found: [], seen: 1 });
});

test('one without it is found', () => {
  expect(of(given(), later('/v1/apps/my-app/machines/a')).found).toEqual([
    'a request left the cookie of its app behind',
  ]);
});

test.each([
  ['another app', given(), later('/v1/apps/my-app-2/machines/a')],
  ['a request that was on its way', given(), later('/v1/apps/my-app/machines/a', undefined, 20)],
  [
    'an answer that was lost',
    given({ reply: { fault: 'reset', answer: reply } }),
    later('/v1/apps/my-app/machines/a'),
  ],
])('nothing is said of %s', (_, first, second) => {
  expect(of(first, second)).toEqual({ found: [], seen: 0 });
});
