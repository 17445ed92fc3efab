import { HOSTILE_TEXT } from '../../emulator/machines/behaviour.js';
import { checkSummary } from '../../fuzz/check-summary.js';
import { parseAction } from '../../src/macaroon/action-mask.js';
import type { Caveat } from '../../src/macaroon/caveats.js';
import { columnIn, readable, rowsOf } from '../support/pages.js';
import { LeakSearch } from '../support/scenarios/leaks.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, WEB } from '../support/scenarios/scenario.js';
import { machinesFile, stepWith, writes } from '../support/scenarios/steps.js';

const API = 'c00000000001';
const apps = [
  {
    name: APP,
    machines: [
      { id: API, name: 'api' },
      { id: WEB, name: 'web-1' },
    ],
  },
];

/** As `fly tokens create machine-exec -- echo hi` adds it. */
const ECHO_ALONE: Caveat = {
  name: 'IfPresent',
  body: {
    ifs: [{ name: 'Commands', body: [{ args: ['echo', 'hi'], exact: true }] }],
    else: parseAction('r'),
  },
};

interface ExecRow {
  readonly id: string;
  readonly exit_code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

onOneNode('When a command is run with a token made for it', (open) => {
  it('runs in each machine, and no other command does', async () => {
    const scenario = await open({ apps });
    const token = { extraCaveats: [ECHO_ALONE] };
    const own = await stepWith(scenario, './exec', { machines: 'all', run: 'echo hi' }, token);
    expect(own.conclusion).toBe('success');
    const shown = { exit_code: 0, stdout: 'hi\n', stderr: '' };
    expect(output<ExecRow[]>(own, 'machines')).toMatchObject([
      { id: API, ...shown },
      { id: WEB, ...shown },
    ]);
    expect(output(own, 'changed-ids')).toEqual([API, WEB]);
    expect(lines(own).at(-1)).toMatch(/^ran on 2, failed 0 of 2 in my-app, /);

    const other = await stepWith(scenario, './exec', { machines: WEB, run: '["echo", "ho"]' }, token);
    expect(other.conclusion).toBe('failure');
    expect(said(other, 'error')[0]).toMatch(
      /^forbidden: The token may not run a command, because of “.*only the command \["echo","hi"\]/,
    );
    expect(writes(scenario)).toHaveLength(2);
  });
});

onOneNode('When a command is for one container', (open) => {
  it('runs there, and fails the machine that has none of that name, without a request', async () => {
    const scenario = await open({ apps });
    scenario.fly.machine(APP, WEB).config = { containers: [{ name: 'web' }, { name: 'side' }] };
    scenario.fly.machine(APP, WEB).behaviour.exec = (_, __, container = 'none') => ({ stdout: container });
    const wish = { machines: 'all', run: 'true', container: 'side' };
    const result = await stepWith(scenario, './exec', wish);
    expect(result.conclusion).toBe('failure');
    expect(machineRows(result)[WEB]).toMatchObject({ outcome: 'changed', stdout: 'side' });
    expect(said(result, 'error')[0]?.split('\n')[0]).toBe(
      `${API} (api): not found: has no container side: it is not made of containers`,
    );
    expect(lines(result)).toContain('Running in container side of 1 machine');
    expect(writes(scenario)).toEqual([`POST ${WEB}/exec`]);
  });
});

onOneNode('When a command fails in a machine', (open) => {
  it('fails the step with all that it printed in log, output and file, and runs in the others', async () => {
    const scenario = await open({ apps });
    scenario.fly.machine(APP, API).behaviour.exec = (command) => ({
      exitCode: 3,
      stdout: `${command.join('|')}\nhalf of it\n`,
      stderr: 'no such table\n',
    });
    const result = await stepWith(scenario, './exec', { machines: 'all', run: '["rake", "db:migrate all"]' });
    expect(result.conclusion).toBe('failure');
    const row = { exit_code: 3, stdout: 'rake|db:migrate all\nhalf of it\n', stderr: 'no such table\n' };
    expect(output<ExecRow[]>(result, 'machines')[0]).toMatchObject({ id: API, outcome: 'failed', ...row });
    expect(machinesFile(result)).toEqual(output(result, 'machines'));
    expect(machineRows(result)[WEB]).toMatchObject({ outcome: 'failed', exit_code: 127 });
    const log = lines(result).join('\n');
    expect(log).toContain(
      ['  stdout:', '    rake|db:migrate all', '    half of it', '  stderr:', '    no such table'].join('\n'),
    );
    expect(said(result, 'error')[0]).toMatch(
      new RegExp(
        `^${API} \\(api\\): command failed: the command ended with exit code 3: no such table$`,
        'm',
      ),
    );
    expect(result.annotations[0]?.title).toBe('fly exec: 2 of 2 failed in my-app');
    expect(readable(columnIn(result.summary, 'Why it failed')[0] ?? '')).toBe(
      '<b>command failed</b> the command ended with exit code 3: no such table',
    );
    // What is run may hold secrets.
    expect(said(result, 'error').join() + result.summary).not.toContain('migrate all&');
  });

  it('runs it once, and says that it may have run, where the answer is lost', async () => {
    const scenario = await open({ apps, faults: [{ path: /\/exec$/, fault: 'cut', afterEffect: true }] });
    const result = await stepWith(scenario, './exec', { machines: WEB, run: 'true' });
    expect(result.conclusion).toBe('failure');
    expect(writes(scenario)).toEqual([`POST ${WEB}/exec`]);
    expect(said(result, 'error')[0]).toContain('the command may have run all the same');
  });

  it.each([
    ['says that it was not in time', { execLongestMs: 50 }, /: timeout: .*answered 408/],
    ['names the signal', { execLongestMs: 50, execTimeout: 'killed' as const }, /ended by signal 9/],
  ])('%s, where the command runs on and on', async (_, settings, expected) => {
    const scenario = await open({ apps, settings });
    const result = await stepWith(scenario, './exec', { machines: WEB, run: 'sleep 3600' });
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error')[0]).toMatch(expected);
    expect(writes(scenario)).toHaveLength(1);
  });
});

onOneNode('When what a command prints is meant for the runner', (open) => {
  it('obeys none of it, on either stream, and leaves the summary a table', async () => {
    const scenario = await open({ apps });
    const text = `${HOSTILE_TEXT}\n::set-output name=count::99\n##[error]pwned\n\r##[warning]x\n::endgroup::`;
    scenario.fly.machine(APP, WEB).behaviour.exec = () => ({ stdout: text, stderr: text, exitCode: 1 });
    const result = await stepWith(scenario, './exec', { machines: 'all', run: 'echo ok' });
    const obeyed = result.commands.map(({ name }) => name).filter((name) => name !== 'add-mask');
    expect(obeyed).toEqual(['group', 'endgroup', 'error']);
    expect(result.annotations).toHaveLength(1);
    expect(result.log.filter(({ kind }) => kind === 'warning')).toEqual([]);
    expect(result.outputs).toMatchObject({ count: '2', 'failed-count': '1' });
    expect(output<ExecRow[]>(result, 'machines')[1]).toMatchObject({ id: WEB, stdout: text, stderr: text });
    expect(rowsOf(result.summary)).toHaveLength(2 * 3);
    checkSummary(result.summary);
    expect(result.summary).not.toMatch(/<img|`code`|::/);
  });

  it.each<[string, (token: string) => string]>([
    ['whole', (token) => `FLY_API_TOKEN=${token}`],
    ['a part of it', (token) => `${token.split(',')[0]}`],
    ['its body alone', (token) => `${token.replace(/^.*?_([^,]*).*/, '$1')}`],
    ['without its scheme, amid other text', (token) => `"${token.replace('FlyV1 ', '')}"\nsecond line`],
    ['where a long text is cut', (token) => `${'x'.repeat(19_950)}${token}`],
  ])('does not give the token away that it prints: %s', async (_, printed) => {
    const { job, fly } = await open({ apps });
    const token = fly.mintToken({ app: APP, withDischarge: true });
    fly.machine(APP, WEB).behaviour.exec = () => ({ stdout: printed(token), stderr: printed(token) });
    const result = await job.step({ uses: './exec', with: { token, app: APP, machines: WEB, run: 'env' } });
    expect(result.conclusion).toBe('success');
    const search = new LeakSearch();
    search.token(token);
    expect(search.printed(result)).toEqual([]);
    expect(search.left(result)).toEqual([]);
    expect(search.files(job)).toEqual([]);
    expect(output<ExecRow[]>(result, 'machines')[0]?.stdout).toContain('[…]');
  });
});
