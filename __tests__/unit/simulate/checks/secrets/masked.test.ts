import { masked } from '../../../../../simulate/checks/secrets/masked.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madePost, madeRun, madeScript } from '../../../../support/simulate/made-history.js';

const PART = 'fm2_lJPEEG7nQ2vXk81LwPz0';
const ask = (path: string, authorization: string, body = '') =>
  madePost(path, { request: { method: 'POST', path, headers: { authorization }, body, by: 'job/0' } });
const of = (exchange: ReturnType<typeof madePost>, masks: readonly string[] = [PART]) =>
  foundBy(masked, madeScript(), madeHistory({ exchanges: [exchange], runs: [madeRun({}, { masks })] }));

test('a token that is masked may go to Fly', () => {
  expect(of(ask('/v1/apps/a/machines', `FlyV1 ${PART}`))).toEqual({ found: [], seen: 1 });
});

test('one that is not masked is found', () => {
  expect(of(ask('/v1/apps/a/machines', `FlyV1 ${PART}`), []).found).toEqual([
    'what a request was authorized with is not masked',
  ]);
});

test.each([
  ['in its header', ask('/own/v1/.well-known/macfly/3p', `FlyV1 ${PART}`)],
  ['in its body', ask('/aaa/v1/.well-known/macfly/3p', 'Bearer x', `{"ticket":"${PART}"}`)],
])('a token that goes to a third party is found %s', (_, exchange) => {
  expect(of(exchange).found).toEqual(['a token of Fly went to a third party']);
});

test('a token in an address is found', () => {
  expect(of(ask(`/v1/apps?token=${PART}`, '')).found).toEqual(['a token stands in the address of a request']);
});

describe("when a post works with a step's copy", () => {
  const request = { method: 'GET', path: '/v1/apps/a/machines', headers: { authorization: `FlyV1 ${PART}` } };
  const exchange = madePost('/', { request: { ...request, body: '', by: 'job/0/post' } });
  const post = madeRun({}, { id: 'job/0/post', part: 'post', masks: [PART] });
  const withMasks = (masks: readonly string[]) =>
    foundBy(
      masked,
      madeScript(),
      madeHistory({ exchanges: [exchange], runs: [madeRun({}, { masks }), post] }),
    );

  test('the step has masked it, too', () => {
    expect(withMasks([PART])).toEqual({ found: [], seen: 2 });
  });

  test('one that no step has masked is found', () => {
    expect(withMasks([]).found).toEqual(['the token of a post was masked by no step of its job']);
  });
});
