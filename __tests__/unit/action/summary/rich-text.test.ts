import { bold, code, plain, rich } from '../../../../src/action/summary/rich-text.js';
import { readable } from '../../../support/pages.js';

describe("when a stranger's text is written", () => {
  it('lets a long word break after every fourteen characters, and no short one', () => {
    expect(plain('12345678901234 x')).toBe('12345678901234 x');
    expect(plain('a 1234567890123456789012345678901 b')).toBe(
      'a 12345678901234<wbr>56789012345678<wbr>901 b',
    );
  });

  it('breaks between characters, never within one', () => {
    expect(plain('😀'.repeat(15))).toBe(`${'😀'.repeat(14)}<wbr>😀`);
  });

  it('keeps blanks as they are', () => expect(plain('  a  b ')).toBe('  a  b '));

  it('cuts what is longer than a cell', () => {
    const text = readable(plain('word '.repeat(1_000)));
    expect(text).toBe(`${'word '.repeat(60)}…`);
  });

  it.each([
    '<img src=x>',
    '</td>|',
    '`code`',
    '*bold* _it_ ~no~',
    '[a](http://b.test)',
    '# head',
    '@octocat',
    '$x$',
  ])('gives no meaning to %j, neither to Markdown nor to HTML', (text) => {
    for (const write of [plain, bold, code]) {
      const ours = write(text).replace(/<\/?(b|code|wbr)>/g, '');
      expect(ours).not.toMatch(/[<>|`*_~[\]@$]|^#/);
    }
    expect(readable(plain(text)).replace('@ ', '@')).toBe(text);
  });

  it('is shown in bold or as code, or not at all', () => {
    expect([bold('a<'), code('a<')]).toEqual(['<b>a&#60;</b>', '<code>a&#60;</code>']);
    expect([bold(''), code('')]).toEqual(['', '']);
  });
});

describe('when a message is written', () => {
  it('shows what stands between two backticks as code', () => {
    expect(rich('Run `fly logs` and `fly x`, then wait')).toBe(
      'Run <code>fly logs</code> and <code>fly x</code>, then wait',
    );
  });

  it.each([
    ['one alone', 'a `b c', 'a &#96;b c'],
    ['the third of three', '`a` b ` c', '<code>a</code> b &#96; c'],
    ['one at the begin', '`a', '&#96;a'],
    ['one at the end', 'a`', 'a&#96;'],
    ['nothing but one', '`', '&#96;'],
  ])('takes a backtick without a partner for a character: %s', (_, text, markdown) => {
    expect(rich(text)).toBe(markdown);
  });

  it.each([
    ['two with nothing between', 'a``b', 'ab'],
    ['three', '```', '&#96;'],
    ['four', '````', ''],
    ['none', '', ''],
  ])('never leaves a backtick with a meaning: %s', (_, text, markdown) => {
    expect(rich(text)).toBe(markdown);
  });

  it.each(['`<img>`', '<img> `a`', '`|`', '`</code><script>`', '`a\n| b |`'])('keeps %j harmless', (text) => {
    expect(rich(text).replace(/<\/?(code|wbr)>/g, '')).not.toMatch(/[<>|`\n]/);
  });

  it('keeps it whole, however long', () => {
    const text = `${'word '.repeat(400)}\`fly machine status ${'x'.repeat(100)}\``;
    expect(readable(rich(text)).replace(/<\/?code>/g, '`')).toBe(text);
  });

  it('never breaks code, so that it is copied as it is', () => {
    expect(rich(`\`${'x'.repeat(100)}\``)).toBe(`<code>${'x'.repeat(100)}</code>`);
  });
});
