import type { Exchange } from '../../../../emulator/exchange.js';
import { differencesOf, faultsOf } from '../../../../interop/documents/judge.js';
import { asDocumented } from '../../../../simulate/checks/limits/as-documented.js';
import { tour } from '../../../support/documents/tour.js';
import { foundBy } from '../../../support/simulate/found-by.js';
import { madeHistory, madeScript } from '../../../support/simulate/made-history.js';

const MACHINE = '/v1/apps/shop/machines/m1';
const JSON_TYPE = 'application/json';

interface Told {
  readonly status?: number;
  readonly type?: string;
  readonly body?: unknown;
}

/** Makes an exchange with a GET, whose answer has this body. */
function answered(path: string, { status = 200, type = JSON_TYPE, body = {} }: Told): Exchange {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = { status, headers: { 'content-type': type }, body: text };
  const request = { method: 'GET', path, headers: {}, body: '' };
  return { request, at: 0, answer, reply: answer, endedAt: 0 };
}

/** Makes an exchange whose request is judged alone. */
function sent(method: string, path: string, body = '', headers = {}): Exchange {
  const reply = { status: 200, headers: {}, body: '' };
  return { request: { method, path, headers, body }, at: 0, answer: undefined, reply, endedAt: 0 };
}

const faults = (exchange: Exchange) => faultsOf(exchange, { requests: true });

describe('when the emulated Fly answered otherwise than the document says', () => {
  it.each<[string, string, Told, string]>([
    [
      'a text for a number',
      MACHINE,
      { body: { events: [{ timestamp: '1' }] } },
      'MachineEvent.timestamp must be integer',
    ],
    [
      'half a millisecond',
      MACHINE,
      { body: { events: [{ timestamp: 1.5 }] } },
      'MachineEvent.timestamp must be integer',
    ],
    [
      'a field that nobody knows',
      MACHINE,
      { body: { id: 'm1', colour: 'red' } },
      'Machine.colour is not known',
    ],
    [
      'one deep within',
      MACHINE,
      { body: { config: { guest: { cores: 1 } } } },
      'fly.MachineGuest.cores is not known',
    ],
    ['an object for a list', '/v1/apps/shop/machines', { body: { machines: [] } }, 'body must be array'],
    [
      'a word that is not among the choices',
      MACHINE,
      { body: { host_status: 'well' } },
      'Machine.host_status must be equal to one of the allowed values',
    ],
    ['a page', MACHINE, { type: 'text/html', body: '<p>' }, 'content-type must be application/json'],
    ['half an answer', MACHINE, { body: '{"id":' }, 'body must be JSON'],
    ['another success', MACHINE, { status: 202 }, 'status is not known'],
    [
      'a refusal in a form of its own',
      MACHINE,
      { status: 404, body: { reason: 'gone' } },
      'ErrorResponse.reason is not known',
    ],
  ])('finds %s', (_, path, told, found) => {
    expect(faults(answered(path, told))).toEqual([expect.stringContaining(`: ${found}`)]);
  });

  it('finds any field of any answer that is renamed', async () => {
    const judged = { requests: false };
    const exchanges = (await tour({})).filter(
      ({ answer }) => answer?.status === 200 && /^[[{]+"/.test(answer.body),
    );
    const known = new Set<string>();
    for (const exchange of exchanges) {
      const { request, answer } = exchange;
      if (answer === undefined || differencesOf(exchange, judged).length > 0) continue;
      const body = answer.body.replace(/"(\w+)":/, '"not_$1":');
      if (
        /\/metadata|\/(start|stop|suspend|restart|cordon|uncordon)$/.test(request.path) ||
        request.method === 'DELETE'
      )
        continue;
      known.add(`${request.method} ${request.path.replace(/machines\/[\w-]+/, 'machines/:id')}`);
      expect(faultsOf({ request, answer: { ...answer, body } }, judged)).not.toEqual([]);
    }
    expect(known.size).toBeGreaterThan(5);
  });

  it('names no value, which may be a secret', () => {
    const body = { nonce: { secret: 'hunter2' } };
    expect(faults(answered(`${MACHINE}/lease`, { body })).join()).not.toContain('hunter2');
  });
});

describe('when a step asked otherwise than the document says', () => {
  const json = { 'content-type': JSON_TYPE };

  it.each<[string, Exchange, string]>([
    [
      'nanoseconds',
      sent('POST', `${MACHINE}/stop`, '{"timeout":1}', json),
      'StopRequest.timeout must be string',
    ],
    [
      'a misspelt field',
      sent('POST', `${MACHINE}/lease`, '{"tll":1}', json),
      'CreateLeaseRequest.tll is not known',
    ],
    ['no body where one must be', sent('POST', `${MACHINE}/lease`), 'body must be there'],
    ['a body where none may be', sent('POST', `${MACHINE}/start`, '{}', json), 'body is not known'],
    [
      'a body without its type',
      sent('POST', `${MACHINE}/stop`, '{}'),
      'content-type must be application/json',
    ],
    ['no nonce', sent('DELETE', `${MACHINE}/lease`), 'header fly-machine-lease-nonce must be there'],
    [
      'a header that nobody knows',
      sent('GET', MACHINE, '', { 'fly-colour': 'red' }),
      'header fly-colour is not known',
    ],
    ['a parameter that nobody knows', sent('GET', `${MACHINE}?leases=true`), 'query leases is not known'],
    ['a word for a number', sent('GET', `${MACHINE}/wait?timeout=1m`), 'query timeout must be integer'],
    [
      'a word for yes or no',
      sent('GET', `${MACHINE}?include_leases=yes`),
      'query include_leases must be boolean',
    ],
    [
      'a state that nobody waits for',
      sent('GET', `${MACHINE}/wait?state=up`),
      'query state must be equal to one of the allowed values',
    ],
    ['no organization', sent('GET', '/v1/apps'), 'query org_slug must be there'],
  ])('finds %s', (_, exchange, found) => {
    expect(faults(exchange)).toEqual([expect.stringContaining(`the request: ${found}`)]);
  });

  it('finds an operation that nobody knows, once Fly is said to have answered it', () => {
    expect(faults(answered('/v1/colours', {}))).toEqual([
      'GET /v1/colours, the request: operation is not known',
    ]);
  });
});

test('the simulation tells of both', () => {
  const exchanges = [answered(MACHINE, { body: { colour: 'red' } }), sent('POST', `${MACHINE}/start`, '{}')];
  expect(foundBy(asDocumented, madeScript(), madeHistory({ exchanges }))).toMatchObject({
    found: [expect.stringContaining('Machine.colour'), expect.stringContaining('body is not known')],
    seen: 1,
  });
});
