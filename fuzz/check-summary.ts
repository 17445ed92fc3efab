import { expect } from './expect.js';

/** Our own markup outside of blocks: the tags, and the only link: to the page on which a person approves. */
const OURS = /<\/?(b|br|code|sub|wbr|details|summary)>|(?<=\[[^[\]]*)\]\(<https:\/\/[^<>\s]+>\)/g;
/** Text that markdown, HTML, GitHub or a terminal would act on. */
const LIVE = /[<>]|\]\(|!\[|@|:\/\/|www\.|(?<!&)#\d|(?!\n)\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cf}]/u;
/** Begins of lines outside of blocks. */
const BEGIN =
  /^(### [🔴🟠🟢⚪] |\| |- | {2}- |…|$|\d|[\p{L}\p{N}&👤🟥🟧🟨🟩🟦⬜]|<(b|code|sub|details)>|<\/details>$)/u;
const TAG = /<(\/?)(b|code|sub|details|summary)>/g;
const BLOCK = /^```(sh|text|mermaid)\n([\s\S]*?)\n```$/gm;
/** Lines of each kind of block. */
const LINES: Readonly<Record<string, RegExp>> = {
  sh: /^(fly [\w .-]+|# …and \d+ more)$/,
  text: /^([\w-]+ +[░▒▓█▄▂·]{20} \d[\w. ]*|[░▒▓█▄▂] [a-z][A-Za-z' ]+|)$/,
  mermaid:
    /^(---|displayMode: compact|config: .*|gantt| {2}(dateFormat|axisFormat) \S+| {2}section [\w-]+| {2}([a-z]+|\u200b) :([a-z]+, )?[\d:.]{12}, [\d:.]{12})$/,
};

/** Checks that nothing in the summary but our own markup means anything to markdown, HTML or GitHub. */
export function checkSummary(summary: string): void {
  expect(Buffer.byteLength(summary) < 1024 * 1024, () => 'the summary is too large');
  const outside = summary.replace(BLOCK, (_, kind: string, text: string) => {
    checkLines(text, LINES[kind] ?? /^$/, `a line of a block for ${kind}`);
    return '';
  });
  const live = LIVE.exec(outside.replace(OURS, ' '));
  expect(
    live === null,
    () => `the summary holds ${JSON.stringify(live?.[0])}: ${around(outside, live?.[0] ?? '')}`,
  );
  for (const table of outside.split(/\n(?!\|)/)) {
    const rows = table.split('\n').filter((line) => line.startsWith('|'));
    const widths = new Set(rows.map((row) => row.split('|').length));
    expect(widths.size <= 1, () => `a table has rows of ${[...widths].join(' and ')} cells`);
  }
  checkLines(outside, BEGIN, 'a line of the summary');
  checkTags(outside);
}

function checkLines(text: string, form: RegExp, what: string): void {
  const odd = text.split('\n').find((line) => !form.test(line));
  expect(odd === undefined, () => `${what} is unlike ours: ${JSON.stringify(odd)}`);
}

/** Checks that each tag is closed in its line and cell, but for what is folded, which is closed in the end. */
function checkTags(text: string): void {
  const folds: string[] = [];
  for (const line of text.split('\n')) {
    for (const cell of line.split('|')) {
      const open: string[] = [];
      for (const [tag, slash, name = ''] of cell.matchAll(TAG)) {
        const stack = name === 'details' ? folds : open;
        const fits = slash === '' ? stack.push(name) > 0 : stack.pop() === name;
        expect(fits, () => `${tag} closes nothing: ${line.slice(0, 200)}`);
      }
      expect(open.length === 0, () => `a line leaves ${open.join(' and ')} open: ${line.slice(0, 200)}`);
    }
  }
  expect(folds.length === 0, () => 'the summary leaves a fold open');
}

function around(text: string, found: string): string {
  const at = text.indexOf(found);
  return text.slice(Math.max(0, at - 100), at + 100);
}
