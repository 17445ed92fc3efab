import { ActionError, asActionError } from '../../src/errors.js';

describe('when an error is put on one line', () => {
  it.each([
    [new ActionError('network', 'no answer'), 'network: no answer'],
    [new ActionError('input', 'it is wrong', { hint: 'Mend it.' }), 'input: it is wrong. Mend it.'],
    [new ActionError('input', 'It is wrong.', { hint: 'Mend it.' }), 'input: It is wrong. Mend it.'],
    [new ActionError('input', 'Is it wrong?', { hint: 'Mend it.' }), 'input: Is it wrong? Mend it.'],
    [
      new ActionError('forbidden', 'list: Fly answered 403', { requestId: '01AB', hint: 'Mend it.' }),
      'forbidden: list: Fly answered 403 (request 01AB). Mend it.',
    ],
    [new ActionError('forbidden', 'no', { requestId: '01AB' }), 'forbidden: no (request 01AB)'],
  ])('has class, message, request and hint: %#', (error, line) => {
    expect(error.line).toBe(line);
    expect(error.line).toBe(`${error.class}: ${error.story}`);
  });

  it('shows of a request id no more than of any text of a stranger', () => {
    const echo = `fm2_${Buffer.alloc(300, 'A secret 0 ').toString('base64')}`;
    expect(new ActionError('forbidden', 'no', { requestId: echo }).line).toBe('forbidden: no (request […])');
    const { line } = new ActionError('forbidden', 'no', { requestId: 'a\r\n'.repeat(5_000) });
    expect(line.length).toBeLessThan(400);
    expect(line).not.toMatch(/[\r\n]/);
  });
});

describe('when an error is put in other words', () => {
  const cause = new TypeError('x');
  const error = new ActionError('network', 'no answer', {
    hint: 'Ask again.',
    status: 500,
    requestId: '01AB',
    cause,
  });

  it('keeps what is not given, and the original as the cause', () => {
    const { status, requestId, hint } = error;
    expect(error.with({})).toMatchObject({ class: 'network', message: 'no answer', status, requestId, hint });
    expect(error.with({}).cause).toBe(error);
  });

  it('takes what is given', () => {
    const said = error.with({ class: 'timeout', message: 'late', hint: 'Wait.', cause });
    expect(said).toMatchObject({ class: 'timeout', message: 'late', hint: 'Wait.', status: 500, cause });
    expect(said.line).toBe('timeout: late (request 01AB). Wait.');
  });
});

describe('when anything is thrown', () => {
  it('leaves an error of ours as it is', () => {
    const error = new ActionError('timeout', 'late', { status: 408 });
    expect(asActionError(error)).toBe(error);
  });

  it.each([
    [new TypeError('x is undefined'), 'x is undefined'],
    ['a word', 'a word'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ toString: (): string => 'its own text' }, 'its own text'],
    [Symbol('s'), 'Symbol(s)'],
  ])('makes an internal error of it that keeps it: %#', (thrown, message) => {
    const error = asActionError(thrown);
    expect(error).toMatchObject({ class: 'internal', message, hint: expect.stringContaining('report') });
    expect(error.cause).toBe(thrown);
  });
});
