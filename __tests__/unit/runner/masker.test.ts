import { createMasker } from '../../../runner/log/masker.js';

const secret = `FlyV1 fm2_a"b'c&d<e/f=`;

function masking(...values: readonly string[]) {
  const masker = createMasker();
  for (const value of values) masker.add(value);
  return masker;
}

describe('when a value is masked', () => {
  it.each([
    ['as it is', secret],
    ['base64', Buffer.from(secret).toString('base64')],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['URI data', 'FlyV1%20fm2_a%22b%27c%26d%3Ce%2Ff%3D'],
    ['XML', 'FlyV1 fm2_a&quot;b&apos;c&amp;d&lt;e/f='],
    ['expression', `FlyV1 fm2_a"b''c&d<e/f=`],
    ['command line', `FlyV1 fm2_a\\"b'c&d<e/f=`],
  ])('hides it: %s', (_, form) => {
    expect(masking(secret).mask(`<${form}>`)).toBe('<***>');
  });

  it('hides most of the base64 of a longer text that holds it, at every offset', () => {
    for (const user of ['', 'x', 'xy']) {
      const masked = masking('a-rather-long-secret').mask(
        Buffer.from(`${user}:a-rather-long-secret`).toString('base64'),
      );
      expect(masked).toMatch(/^.{0,4}\*\*\*$/);
    }
  });

  it.each([
    ['hex', Buffer.from(secret).toString('hex')],
    ['base64url', Buffer.from('>>>???>>>???~~~').toString('base64url')],
    ['a part', 'plain-old-secre'],
  ])('lets through what the runner lets through: %s', (_, form) => {
    expect(masking(secret, '>>>???>>>???~~~', 'plain-old-secret').mask(form)).toBe(form);
  });

  it('hides each of its lines, without the blanks around', () => {
    expect(masking('first line\r\n  second line \n\n').mask('a first line, second line.')).toBe(
      'a ***, ***.',
    );
  });

  it('hides the escapes of JSON, and the value inside its quotes', () => {
    expect(masking('tab\there').mask('tab\\there')).toBe('***');
    expect(masking('"in quotes"').mask('now in quotes')).toBe('now ***');
  });

  it('joins finds that overlap or touch', () => {
    expect(masking('abcd', 'cdef', 'ghij').mask('-abcdefghij-abcd')).toBe('-***-***');
  });

  it('hides the pieces that PowerShell makes of it', () => {
    expect(masking('first-part&second-part').mask('first-part& | second-part')).toBe('*** | ***');
    expect(masking('first-part&+second-part').mask('first-part&+ | econd-part')).toBe('*** | ***');
  });

  it('takes a broken character without failing', () => {
    expect(masking('broken \uD800 value').mask('a broken \uD800 value')).toBe('a ***');
  });
});

describe('when the value is empty', () => {
  it('hides nothing', () => {
    expect(masking('', '\n').mask('text')).toBe('text');
  });
});
