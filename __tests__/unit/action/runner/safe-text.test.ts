import fc from 'fast-check';
import { createLineSplitter } from '../../../../runner/commands/line-splitter.js';
import { safeLine, safeLines, safeMarkdown, shortened } from '../../../../src/action/runner/safe-text.js';

describe('when a stranger’s text goes into the log', () => {
  it.each([
    ['plain text: it::is fine, 100% ☀️', 'plain text: it::is fine, 100% ☀️'],
    ['a\nb', 'a\\u000ab'],
    ['a\rb', 'a\\u000db'],
    ['a\u0085b', 'a\\u0085b'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\u0000b\u007f\u009b', 'a\\u0000b\\u007f\\u009b'],
    ['\u202eevil', '\\u202eevil'],
    ['\u061cevil\u2067', '\\u061cevil\\u2067'],
    ['::error::pwned', ': :error::pwned'],
    ['  ::error::pwned', ': :error::pwned'],
    ['\u00a0\u3000\ufeff::error::pwned', ': :error::pwned'],
    ['##[error]pwned', '## [error]pwned'],
    ['x ###[error]##[', 'x ### [error]## ['],
    ['zero\u200bwidth\u2060\u00ad\ufeffx', 'zero\\u200bwidth\\u2060\\u00ad\\ufeffx'],
    ['tag\u{e0041}s and \u{e0100}, x\ufe0e\ufe0f', 'tag\\u{e0041}s and \\u{e0100}, x\\ufe0e\\ufe0f'],
    ['\ufff9a\ufffab\ufffb', '\\ufff9a\\ufffab\\ufffb'],
    ['fillers: \u3164\u115f\uffa0\u034f\u180e\u2800', 'fillers: \\u3164\\u115f\\uffa0\\u034f\\u180e\\u2800'],
    ['148e\ufe0f', '148e\\ufe0f'],
    ['148e1\ufe0f2', '148e1\\ufe0f2'],
    ['private \ue000, half \ud83d.', 'private \\ue000, half \\ud83d.'],
    ['Zürich, 東京, नमस्ते, ⏭️ 1️⃣ 🔥', 'Zürich, 東京, नमस्ते, ⏭️ 1️⃣ 🔥'],
    ['#\u200b#[error]', '#\\u200b#[error]'],
    ['\u200b::error::x', '\\u200b::error::x'],
    ['##\n[error]', '##\\u000a[error]'],
  ])('%j', (text, safe) => {
    expect(safeLine(text)).toBe(safe);
  });

  it.each([
    'x\n::error::pwned',
    'x\r::error::pwned',
    'x\r\n \t::error::pwned',
    'x\u0085::error::pwned',
    '\t##[error]pwned',
    '\u000b::add-mask::pwned',
    '\u001c::stop-commands::pwned',
  ])('leaves one line without a command, however the runner splits it: %j', (text) => {
    const lines = splitAsRunner(safeLine(text));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trim().startsWith('::')).toBe(false);
    expect(lines[0]).not.toContain('##[');
  });

  it('is safe a second time without a change', () => {
    for (const text of ['::a', '##[b', 'c\rd', ' ::##['])
      expect(safeLine(safeLine(text))).toBe(safeLine(text));
  });

  it('keeps line breaks of our own, with each line made safe', () => {
    expect(safeLines('first\n::error::x\n##[y\rz')).toBe('first\n: :error::x\n## [y\\u000dz');
  });
});

describe('when a stranger’s text goes into a table', () => {
  it.each([
    ['a|b', 'a&#124;b'],
    ['`code`', '&#96;code&#96;'],
    ['<img src=x onerror=y>', '&#60;img src=x onerror=y&#62;'],
    ['&lt;b&gt;', '&#38;lt;b&#38;gt;'],
    ['[x](http://evil.test)', '&#91;x&#93;(http&#58;//evil.test)'],
    ['**b** _i_ ~s~', '&#42;&#42;b&#42;&#42; &#95;i&#95; &#126;s&#126;'],
    ['@octocat #1 a # b', '&#64; octocat &#35; 1 a &#35; b'],
    [
      'mailto:a@b.test xmpp:a@b.test/x a.b+c@d-e.test',
      'mailto&#58;a&#64; b.test xmpp&#58;a&#64; b.test/x a.b+c&#64; d-e.test',
    ],
    ['own/repo#12 GH-7 gh-7', 'own/repo&#35; 12 GH- 7 gh- 7'],
    ['ftp://evil.test https://evil.test', 'ftp&#58;//evil.test https&#58;//evil.test'],
    ['say "x"', 'say &#34;x&#34;'],
    ['zero\u200bwidth', 'zero&#92;u200bwidth'],
    ['![x](y)', '&#33;&#91;x&#93;(y)'],
    ['a\\|b', 'a&#92;&#124;b'],
    ['a\nb', 'a&#92;u000ab'],
    ['www.evil.test WWW.x', 'www&#46;evil.test WWW&#46;x'],
    ['$\\frac{1}{2}$', '&#36;&#92;frac{1}{2}&#36;'],
  ])('%j means nothing any more', (text, safe) => {
    expect(safeMarkdown(text)).toBe(safe);
  });
});

describe('when a text is too long', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['ab🔥d', 3, 'ab…'],
    ['ab🔥d', 4, 'ab🔥…'],
  ])('its beginning stands for it, whole characters only: %j within %d', (text, most, short) => {
    expect(shortened(text, most)).toBe(short);
  });
});

/** The lines that the runner sees when the text is printed. */
function splitAsRunner(text: string): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => void lines.push(line));
  splitter.push(`${text}\n`);
  splitter.end();
  return lines;
}

describe('when a text holds nothing but ASCII', () => {
  const ascii = fc.string({
    unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
  });
  /** A letter behind a blank, beside which a text is looked at for all that Unicode knows. */
  const LETTER = ' ä';

  it.each([
    ['in the log', safeLine],
    ['in a table', safeMarkdown],
  ])('becomes what it becomes beside a letter from elsewhere: %s', (_, safe) => {
    fc.assert(
      fc.property(ascii, (text) => {
        expect(safe(text) + LETTER).toBe(safe(text + LETTER));
      }),
      { numRuns: 2_000 },
    );
  });
});
