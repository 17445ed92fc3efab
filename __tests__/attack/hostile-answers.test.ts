import type { FaultRule } from '../../emulator/faults.js';
import type { AppSpec } from '../../emulator/machines/build.js';
import type { GivenSettings } from '../../emulator/settings.js';
import { checkSummary } from '../../fuzz/check-summary.js';
import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { APP, type Scenario, WEB } from '../support/scenarios/scenario.js';

/** Every form of a workflow command, and of markdown and HTML, in one text. */
const EVIL = [
  '::error::pwned',
  '  ::warning title=pwned::pwned',
  '\r::set-output name=count::pwned\r\n::save-state name=session::pwned',
  '\u2028::error::pwned\u2029::error::pwned\u0085::error::pwned\ufeff::error::pwned',
  '%0A::error::pwned%0D',
  'x ##[error]pwned ##[##[group]pwned]',
  '\n##[endgroup]',
  '::add-mask::started',
  '::stop-commands::pwned-pwned',
  'ghadelimiter_0\ncount=99\nEOF',
  '<img src=http://evil.test/x.png> <details> [x](http://evil.test) ![x](http://evil.test/x.png) @octocat #1',
  '| a | `b` |\n| --- | --- |\n# pwned\n```',
  '\u001b]8;;http://evil.test\u0007\u202e',
].join('\n');

type Given = Readonly<Record<string, string>>;

interface Place {
  readonly where: string;
  readonly uses: string;
  readonly inputs?: Given;
  readonly fault?: FaultRule;
  readonly apps?: readonly AppSpec[];
  readonly settings?: GivenSettings;
  readonly spoil?: (scenario: Scenario) => void;
  /** A step that succeeds all the same. */
  readonly succeeds?: true;
}

const machine = (spec: NonNullable<AppSpec['machines']>[0] = {}): readonly AppSpec[] => [
  { name: APP, machines: [{ id: WEB, ...spec }] },
];
const refusal = (path: string, status: number, body: string | object = { error: EVIL }): FaultRule => ({
  path,
  fault: { status, body, headers: { 'fly-request-id': '::error::pwned ##[error]pwned <b>' } },
});
const LEASE = { nonce: 'nonce-of-other', description: EVIL, expiresAt: 4_000_000_000 };
const leased = ({ fly }: Scenario) => {
  const found = fly.machine(APP, WEB);
  found.lease = { ...LEASE, owner: EVIL, version: found.instanceId };
};

const EXEC: Place = {
  where: 'what a command prints',
  uses: './exec',
  inputs: { machines: 'all', run: 'env' },
  apps: machine({ behaviour: { exec: () => ({ stdout: EVIL, stderr: EVIL, exitCode: 7 }) } }),
};

const PLACES: readonly Place[] = [
  { where: 'an error of the list', uses: './list', fault: refusal('/v1', 403) },
  { where: 'an error that is plain text', uses: './list', fault: refusal('/v1', 404, EVIL) },
  { where: 'an error that is a page', uses: './list', fault: refusal('/v1', 400, `<html>${EVIL}`) },
  {
    where: 'an error by another name',
    uses: './list',
    fault: refusal('/v1', 422, { message: EVIL, status: EVIL }),
  },
  {
    where: 'names of fields that make no sense',
    uses: './list',
    fault: refusal('/v1', 200, [{ [EVIL]: 1, id: WEB, state: EVIL, region: 7 }]),
  },
  {
    where: 'an error of a change',
    uses: './stop',
    inputs: { machines: 'all' },
    fault: refusal(`/v1/apps/${APP}/machines/${WEB}/stop`, 412),
  },
  {
    where: 'a change that failed',
    uses: './stop',
    inputs: { machines: 'all' },
    fault: refusal(`/v1/apps/${APP}/machines/${WEB}/stop`, 200, { status: 'error', message: EVIL }),
  },
  {
    where: 'a state',
    uses: './list',
    fault: refusal('/v1', 200, [{ id: WEB, state: EVIL }]),
    succeeds: true,
  },
  {
    where: 'a state that is waited for',
    uses: './wait',
    inputs: { state: 'started', timeout: '2s' },
    fault: refusal('/v1', 200, [{ id: WEB, state: EVIL }]),
  },
  {
    where: 'metadata',
    uses: './list',
    apps: machine({ metadata: { [EVIL]: EVIL, fly_process_group: EVIL } }),
    succeeds: true,
  },
  {
    where: 'metadata that leaves a machine alone',
    uses: './stop-idle',
    inputs: { 'idle-for': '10m', 'idle-signal': 'uptime' },
    apps: machine({ metadata: { fly_process_group: EVIL }, config: { schedule: EVIL } }),
    succeeds: true,
  },
  {
    where: "a lease's owner",
    uses: './stop',
    inputs: { machines: 'all', 'on-lease': 'fail' },
    spoil: leased,
  },
  {
    where: "a lease's owner, skipped",
    uses: './stop',
    inputs: { machines: 'all', 'on-lease': 'skip' },
    spoil: leased,
    succeeds: true,
  },
  {
    where: 'the output of a check',
    uses: './wait',
    inputs: { state: 'started', wait: 'checks', timeout: '2s' },
    apps: machine({
      config: { checks: { [EVIL]: { type: 'http' } } },
      behaviour: { checks: { '*': { status: 'critical', output: EVIL } } },
    }),
  },
  EXEC,
  {
    where: 'an error of metrics',
    uses: './stop-idle',
    inputs: { 'idle-for': '10m' },
    fault: refusal('/prometheus', 422, { status: 'error', errorType: EVIL, error: EVIL }),
  },
  {
    where: 'a warning of metrics',
    uses: './stop-idle',
    inputs: { 'idle-for': '10m' },
    fault: refusal('/prometheus', 200, {
      status: 'success',
      data: { resultType: 'matrix', result: [] },
      warnings: [EVIL],
    }),
  },
  {
    where: 'the slug of an organization',
    uses: './stop-idle',
    inputs: { 'idle-for': '10m' },
    fault: refusal(`/v1/apps/${APP}`, 200, { organization: { slug: EVIL } }),
  },
  {
    where: 'an app of the organization',
    uses: './list',
    inputs: { app: '', org: 'my-org' },
    fault: refusal('/v1/orgs', 200, { machines: [{ id: WEB, app_name: EVIL, state: 'started' }] }),
    succeeds: true,
  },
  {
    where: 'a refusal of a third party',
    uses: './auth',
    settings: { aaa: { behaviour: 'refuse', error: EVIL } },
  },
];

onOneNode("When a stranger's text is in an answer", (open) => {
  const told = sideBySide(
    PLACES,
    async ({ uses, inputs = {}, fault, apps = machine(), settings = {}, spoil }) => {
      const scenario = await open({ apps, settings, faults: fault === undefined ? [] : [fault] });
      spoil?.(scenario);
      const withDischarge = uses !== './auth';
      const token = scenario.fly.mintToken({ org: 'my-org', withDischarge });
      const given = Object.entries({ token, app: APP, summary: 'true', timeout: '20s', ...inputs });
      return scenario.job.step({ uses, with: Object.fromEntries(given.filter(([, value]) => value !== '')) });
    },
  );

  it.each(PLACES)('the runner obeys none of it, and the summary shows it as it is: $where', async (row) => {
    const result = await told(row);
    expect(result).toMatchObject({ conclusion: row.succeeds ? 'success' : 'failure', stderr: '' });
    const ours = result.commands.filter(({ name }) => name !== 'add-mask');
    for (const { name, data, properties } of ours) {
      expect(['error', 'warning', 'notice', 'group', 'endgroup']).toContain(name);
      expect(data).not.toMatch(/^\s*(pwned|::|##\[)/m);
      expect([...properties.keys()].filter((key) => key !== 'title')).toEqual([]);
    }
    // Whatever was meant as a line or a command of its own is part of one of ours.
    for (const { text } of result.log)
      expect(text).not.toMatch(/^pwned|##\[|^\s*::|[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    expect(result.outputs['count']).toMatch(/^[01]$/);
    expect(Object.keys(result.state).filter((name) => !/^(session|restore)/.test(name))).toEqual([]);
    expect(result.state['session'] ?? '').not.toContain('pwned');
    expect(result.summary).not.toBe('');
    checkSummary(result.summary);
  });

  it('is there to be found, as the outputs have it', async () => {
    const result = await told(EXEC);
    expect(JSON.parse(result.outputs['machines'] ?? '')).toMatchObject([{ stdout: EVIL, stderr: EVIL }]);
  });
});
