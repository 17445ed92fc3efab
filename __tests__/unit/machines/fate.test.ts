import { ActionError } from '../../../src/errors.js';
import { TooLarge } from '../../../src/http/transport.js';
import { Refusal } from '../../../src/machines/api/refusals.js';
import { type Fate, fateOf, hasDoneNothing, isTrouble, mayNotTell } from '../../../src/machines/fate.js';
import { connectionError } from '../../support/fakes/fly-transport.js';
import { answer } from '../../support/fakes/scripted-transport.js';

const refusal = (status: number) => new Refusal('start', answer(status, { error: 'no' }));
const failure = (details = {}) => new ActionError('Fly failure', 'makes no sense', details);

const TABLE: readonly (readonly [string, unknown, Fate])[] = [
  ...[302, 400, 401, 403, 404, 409, 412, 422, 429].map(
    (status) => [`a ${status}`, refusal(status), 'refused'] as const,
  ),
  ...[408, 500, 502, 503, 504].map((status) => [`a ${status}`, refusal(status), 'unsure'] as const),
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].map(
    (code) => [code, connectionError(code), 'not sent'] as const,
  ),
  ['a cut connection', connectionError('ECONNRESET'), 'unsure'],
  ['no answer in time', new ActionError('timeout', 'late'), 'unsure'],
  ['a success without sense', failure({ status: 200 }), 'unsure'],
  ['a success that says error', failure(), 'failed'],
  ['an answer without end', new ActionError('network', 'large', { cause: new TooLarge(1) }), 'failed'],
  ['the end of time after a 429', new ActionError('rate limited', 'late'), 'unsure'],
  ['a cancelled job', new ActionError('cancelled', 'over'), 'unsure'],
  ['a fault of ours', new TypeError('x is not a function'), 'failed'],
];

describe('when something that was asked of Fly ends in an error', () => {
  it.each(TABLE)('%s', (_, error, fate) => {
    expect(fateOf(error)).toBe(fate);
    expect(hasDoneNothing(error)).toBe(fate === 'refused' || fate === 'not sent');
    expect(isTrouble(error)).toBe(fate === 'unsure' || fate === 'not sent');
  });
});

it.each<[string, unknown, boolean]>([
  ['a 403', refusal(403), true],
  ['a 404', refusal(404), true],
  ['a 401: the token may have ended', refusal(401), false],
  ['a 400, which doesn’t speak of rights', refusal(400), false],
  ['a 502', refusal(502), false],
  ['a token that has ended', new ActionError('token expired', 'over'), false],
  ['no discharge', new ActionError('missing discharge', 'none'), false],
])('whether a question may not be asked: %s', (_, error, expected) => {
  expect(mayNotTell(error)).toBe(expected);
});
