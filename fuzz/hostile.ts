/** Mark in every text with which an attacker would make the runner or a browser act. */
export const MARK = 'pwned';

/** Names that lead a path elsewhere. */
export const NAMES: readonly string[] = [
  '.',
  '..',
  '/',
  '../../..',
  '%2e%2e%2f',
  '?x=1#y',
  'x/../../y',
  '\\..',
];

/** Texts that mean something to a runner, to markdown, to HTML, to a URL or to JavaScript. */
export const TEXTS: readonly string[] = [
  ...NAMES,
  `::error::${MARK}`,
  `x\n::warning title=${MARK}::${MARK}`,
  `x\r::set-output name=count::${MARK}`,
  `\r\n::save-state name=session::${MARK}`,
  `\n::stop-commands::${MARK}-${MARK}`,
  `\n::add-mask::${MARK}`,
  `  ::group::${MARK}`,
  `\uFEFF::error::${MARK}`,
  `\u0085::error::${MARK}`,
  `\u2028::error::${MARK}\u2029::error::${MARK}`,
  `x%0A::error::${MARK}%0D%0A::error::${MARK}`,
  `x ##[error]${MARK}`,
  `##[##[group]${MARK}]`,
  `\n##[endgroup]\n##[command]${MARK}`,
  `machines<<EOF\n${MARK}\nEOF`,
  `ghadelimiter_x\n${MARK}=1\n`,
  `\nGITHUB_OUTPUT<<x\n${MARK}\nx\n`,
  `<img src=http://${MARK}.test/x.png onerror=alert(1)>`,
  `</td></table><h1>${MARK}</h1><!-- `,
  `[${MARK}](http://${MARK}.test) ![x](http://${MARK}.test/x.png)`,
  `| ${MARK} | a |\n| --- | --- |\n# ${MARK}`,
  `\`\`\`\n${MARK}\n~~~`,
  `\n- [ ] @octocat #1 ${MARK}/${MARK}#1`,
  `www.${MARK}.test https://${MARK}.test mail@${MARK}.test`,
  `$\\href{http://${MARK}.test}{x}$`,
  '&lt;b&gt; &#10;::error::&NewLine;',
  '\u001b[31mred\u001b[0m\u001b]8;;http://x.test\u0007',
  '\u202eevil\u202c\u200f',
  '\u0000',
  '\ud800',
  '\udc00\ud800',
  '😀'.repeat(70),
  'é'.repeat(400),
  'x'.repeat(5_000),
  ' '.repeat(3_000),
  '\n'.repeat(2_000),
  '='.repeat(3_000),
  '::'.repeat(1_000),
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e999',
  'all',
  'started',
  'stopped',
  'destroyed',
  'replaced',
  '2026-13-45T99:99:99Z',
  '9999999-01-01T00:00:00Z',
  'lease currently held by ::error::x, expires at 2099-01-01T00:00:00Z',
  'lease currently held by x, expires at 275760-09-13T00:00:00.000Z',
];

/** Numbers that break dates, timers, counts and sums. */
export const NUMBERS: readonly number[] = [
  ...[0, -0, -1, 0.5, 1e-320, 255, 256, 65_536, -(2 ** 31), 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53)],
  ...[8.64e12, 8.64e15, 8.65e15, -8.65e15, 1e18, 1e21, 1e300, -1e300, 1.7976931348623157e308],
];

/** Values of every type in JSON. */
export const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1e300, '', 'x', [], {}, [[]], [null], [{}], { a: null }, [1, 'x', null]],
  ...[{ message: 1 }, { length: 1e9 }, { toString: 'x', valueOf: 1 }, { toJSON: 'x' }],
  // An await calls this property.
  Object.fromEntries([['then', 'x']]),
];

/** Origins that no secret may ever reach. */
export const ELSEWHERE: readonly string[] = [
  `https://${MARK}.test/x`,
  `//${MARK}.test/x`,
  `https://api.machines.dev.${MARK}.test/`,
  `https://api.machines.dev@${MARK}.test/`,
  `http://api.machines.dev/`,
  `\\\\${MARK}.test\\x`,
  `https:${MARK}.test`,
  `http://[::1]:1/`,
  'data:application/json,{}',
  'file:///etc/passwd',
  `javascript:${MARK}`,
  `/\t/${MARK}.test/`,
  '/../../x',
  '?x=1',
  '#x',
  '',
];
