import { checkSummary } from '../../fuzz/check-summary.js';
import { rowsOf } from '../support/pages.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { machineRows } from '../support/scenarios/results.js';
import { APP } from '../support/scenarios/scenario.js';

const ID = 'a00000000001';
const OTHER = 'a00000000002';

const NAMES: readonly [string, string][] = [
  ['a line break and a command', 'x\n::error::pwned'],
  ['a lone carriage return and a command', 'x\r::set-output name=count::99'],
  ['a command at its start', '::error::pwned'],
  ['blanks and a command at its start', '  ::warning::pwned'],
  ['the old form of a command', 'x ##[error]pwned'],
  ['the old form, in capitals and twice', '##[##[Warning]pwned]'],
  ['stop-commands', '\n::stop-commands::pwned-pwned'],
  ['a mask', '\n::add-mask::started'],
  ['other line ends', 'x\u2028::error::pwned\u0085::error::pwned\u000b::error::pwned\f::error::pwned'],
  ['a byte order mark and a command', '\ufeff::error::pwned'],
  ['the delimiter of an output', 'x\nEOF\ncount=99\nghadelimiter_0\ncount<<x\n99\nx\n'],
  ['a percent-encoded line end', 'x%0A::error::pwned%0D::error::pwned'],
  ['pipes, backticks and a heading', '| a | `b` |\n# pwned'],
  ['a link, an image and a mention', '[x](http://evil.test) ![x](http://evil.test/x.png) @octocat'],
  ['html', '<img src=http://evil.test/x.png><details open>&lt;'],
  ['colours and a right-to-left mark', '\u001b[31mred\u001b[0m \u202eevil\u202c'],
  ['addresses, an issue and quotes', 'mailto:a@evil.test xmpp:a@evil.test/x a@evil.test own/repo#1 "x"'],
  ['what can not be seen', 'a\u200bb\u00ad\u2060\u{e0041}\ufe0f\ufff9\u3164c'],
  ['more than a cell can hold', 'x'.repeat(5_000)],
];

onOneNode("When a stranger's machine has an evil name", (open) => {
  it.each(NAMES)('the runner obeys none of it, and the table stays a table: %s', async (_, name) => {
    const machines = [
      {
        id: ID,
        name,
        region: name,
        metadata: { fly_process_group: name },
        behaviour: { start: 'no-capacity' as const },
        state: 'stopped' as const,
      },
      { id: OTHER, name, state: 'stopped' as const },
    ];
    const { job, fly } = await open({ apps: [{ name: APP, machines }] });
    const inputs = { token: fly.mintToken({ app: APP, withDischarge: true }), app: APP };
    const list = await job.step({ uses: './list', with: inputs });
    const start = await job.step({ uses: './start', with: { ...inputs, machines: 'all' } });

    const ours = (result: typeof list) => result.commands.filter((it) => it.name !== 'add-mask');
    expect(ours(list)).toEqual([]);
    expect(ours(start).map((it) => it.name)).toEqual(['group', 'endgroup', 'error']);
    const [, ...more] = start.annotations[0]?.message.split('\n') ?? [];
    expect(more).toEqual([expect.stringMatching(/^→ The host is full/)]);
    expect(start.annotations[0]?.title).toBe('fly start: 1 of 2 failed in my-app');

    expect(machineRows(list)[ID]).toMatchObject({ name, region: name });
    expect(list.outputs['count']).toBe('2');
    expect(start.conclusion).toBe('failure');
    expect(list.log).toHaveLength(5);

    for (const { summary } of [list, start]) checkSummary(summary);
    expect(rowsOf(list.summary)).toHaveLength(4);
    // One has failed, and the other has changed.
    const rows = rowsOf(start.summary);
    expect(rows).toHaveLength(6);
    const cells = [rows[2], rows[5]].flatMap((row = '') =>
      row.split('|').map((cell) => cell.replace(/<\/?(b|br|code|wbr)>/g, ' ')),
    );
    for (const cell of cells) expect(cell).not.toMatch(/[<>`[\]@!\\]|\p{Cc}|\p{Bidi_Control}|\p{Zl}/u);
    // GitHub looks for addresses once references are read.
    const read = cells.join('').replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
    expect(read).not.toMatch(/[\w.+-]@[\w-]|@\w|#\d|[\p{Cf}\u3164]/u);
    expect(cells.join('')).not.toContain('"');
    expect(start.summary.split('\n').filter((line) => /^(#+ |!|::)/.test(line))).toEqual([
      '### 🔴 start: 1 of 2 machines failed in my-app',
    ]);
    expect(start.summary.length).toBeLessThan(20_000);
  });

  it.each(['::error::pwned', '  ::warning::pwned', '\r::error::pwned'])('not even an id: %j', async (id) => {
    const { job, fly } = await open({ apps: [{ name: APP, machines: [{ id }] }] });
    const inputs = { token: fly.mintToken({ app: APP, withDischarge: true }), app: APP };
    const list = await job.step({ uses: './list', with: inputs });
    expect(list.commands.filter(({ name }) => name !== 'add-mask')).toEqual([]);
    expect(list.log).toHaveLength(4);
    expect(Object.keys(machineRows(list))).toEqual([id]);
  });

  it('lists no id that would be more than one word of a command line', async () => {
    const { job, fly } = await open({ apps: [{ name: APP, machines: [{ id: '--x"; rm\u200b -r \'/' }] }] });
    const inputs = { token: fly.mintToken({ app: APP, withDischarge: true }), app: APP };
    const list = await job.step({ uses: './list', with: inputs });
    expect(list.outputs['machine-ids']).toBe('["_-x___rm__-r___"]');
  });
});
