import { ActionError } from '../../../src/errors.js';
import { Refusal } from '../../../src/machines/refusals.js';
import { answer } from '../../support/scripted-transport.js';

function refusal(status: number, body: unknown = {}): Refusal {
  return new Refusal('start machine a', answer(status, body, { 'fly-request-id': '01REQ-fra' }));
}

type Row = readonly [status: number, text: string, errorClass: string, passes: boolean];

const inState = (state: string): Row => [
  412,
  `failed_precondition: unable to start machine from current state: '${state}'`,
  'wrong state',
  true,
];

const ROWS: readonly Row[] = [
  [401, 'Authenticate: token validation error', 'unauthorized', false],
  [403, 'unauthorized for access C (C not allowed)', 'forbidden', false],
  [404, 'not_found: machine not found, id: a', 'not found', false],
  [408, 'deadline_exceeded: could not reach the host of the machine in time', 'timeout', false],
  [409, 'machine ID a lease currently held by x@tokens.fly.io, expires at 2025-01-15', 'lease held', true],
  [409, 'aborted: could not reserve resource for machine: insufficient memory', 'no capacity', false],
  [409, 'insufficient resources available', 'no capacity', false],
  [412, 'governor policy blocked start', 'no capacity', false],
  [422, 'deploys to this host are temporarily disabled', 'no capacity', false],
  [412, 'failed_precondition: machine still active, refusing to start', 'wrong state', true],
  [412, 'failed_precondition: machine getting replaced, refusing to start', 'wrong state', true],
  ...['created', 'starting', 'stopping', 'suspending', 'replacing', 'updating'].map(inState),
  [412, "failed_precondition: unable to start machine from current state: 'failed'", 'wrong state', false],
  [412, 'a volume is in use', 'wrong state', false],
  [409, 'wrong current_version', 'wrong state', false],
  [429, 'rate limit exceeded', 'rate limited', false],
  [400, 'invalid signal', 'Fly failure', false],
  [422, 'machine limit reached', 'Fly failure', false],
  [500, 'unknown: internal', 'Fly failure', false],
  [503, '', 'Fly failure', false],
  [302, '', 'Fly failure', false],
];

describe('when Fly refuses', () => {
  it.each(ROWS)('reads %i "%s" as %s', (status, error, errorClass, passes) => {
    const refused = refusal(status, { error });
    expect(refused).toBeInstanceOf(ActionError);
    expect({ class: refused.class, passes: refused.passes }).toEqual({ class: errorClass, passes });
    expect(refused.hint).toMatch(/\S/);
  });

  it('says what was tried, what came back, by which request, and what to change', () => {
    expect(refusal(403, { error: 'not this app' }).line).toBe(
      'forbidden: start machine a: Fly answered 403: not this app (request 01REQ-fra). ' +
        'The token may not do this: another organization or app, or a caveat that leaves reading only.',
    );
  });

  it('names who holds a lease and until when', () => {
    const text = 'machine ID a lease currently held by 1-2-3@tokens.fly.io, expires at 2025-01-15T12:00:00Z';
    expect(refusal(409, { error: text }).message).toContain(text);
  });

  it('does not take any word with "lease" in it for one', () => {
    expect(refusal(409, { error: 'aborted: insufficient memory; release some volumes' })).toMatchObject({
      class: 'no capacity',
      passes: false,
    });
  });

  it.each([
    ['message goes before error', { message: 'the message', error: 'the error' }, ': the message'],
    ['error where there is no message', { message: '', error: 'the error' }, ': the error'],
    ['an old form', { status: 'error', message: 'the message' }, ': the message'],
    ['texts of another type', { message: 7, error: ['x'] }, ''],
    ['no text', {}, ''],
    ['null', null, ''],
    ['a list', ['x'], ''],
    ['plain text', '404 page not found\n', ': 404 page not found'],
    ['an empty body', '', ''],
    ['HTML', '<!doctype html><script>alert(1)</script>', ': a page of HTML'],
    ['HTML behind a blank line', '\n  <html><body>gateway</body></html>', ': a page of HTML'],
  ])('finds the reason: %s', (_, body, shown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(refusal(500, text).message).toBe(`start machine a: Fly answered 500${shown}`);
  });

  it('knows full hosts by the code as well', () => {
    const body = { error: 'could not launch', status: 'insufficient_capacity' };
    expect(refusal(422, body).class).toBe('no capacity');
  });

  it('shows a long answer in short, on one line, without what could be a token in it', () => {
    const token = `fm2_${'lJPE'.repeat(20)}`;
    const { message } = refusal(400, { error: `bad\r\nheader ${token} ${'word '.repeat(500)}` });
    expect(message).not.toContain('lJPElJPE');
    expect(message).not.toMatch(/[\r\n]/);
    expect(message.length).toBeLessThan(400);
  });
});
