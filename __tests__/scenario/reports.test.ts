import type { StepResult } from '../../runner/step-result.js';
import { cellsAbout } from '../support/pages.js';
import { mixed, STANDBY } from '../support/scenarios/mixed-app.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, type MachineRow, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, openScenario, type Scenario, WEB, WORKERS } from '../support/scenarios/scenario.js';
import { machinesFile, stepWith, type With } from '../support/scenarios/steps.js';

const [FIRST, SECOND, THIRD] = WORKERS;

const groupsOf = ({ commands }: StepResult) =>
  commands.flatMap(({ name, data }) => (name === 'group' ? [data] : name === 'endgroup' ? ['end'] : []));

onOneNode('When a step reports', (open) => {
  it.each<[string, With, string, number]>([
    ['./start', {}, 'Starting 2 machines', 1],
    ['./stop', {}, 'Stopping 4 machines', 1],
    ['./suspend', {}, 'Suspending 3 machines', 2],
    ['./restart', {}, 'Restarting 3 machines', 3],
    ['./cordon', {}, 'Cordoning 4 machines', 1],
    ['./uncordon', {}, 'Uncordoning 1 machine', 1],
    ['./exec', { run: 'true', state: 'started' }, 'Running on 3 machines', 1],
    ['./wait', { state: 'stopped, suspended', timeout: '1s', exclude: STANDBY }, 'Waiting for 3 machines', 1],
  ])('groups the lines of its machines under a title: %s', async (uses, more, title, left) => {
    const scenario = await open({ apps: mixed });
    const result = await stepWith(scenario, uses, { machines: 'all', ...more });
    expect(groupsOf(result)).toEqual([
      `Left alone: ${left} machine${left === 1 ? '' : 's'}`,
      'end',
      title,
      'end',
    ]);
    const log = result.stdout.split('\n');
    const inside = log.slice(log.indexOf(`::group::${title}`) + 1, log.lastIndexOf('::endgroup::'));
    const count = Number(/\d+/.exec(title)?.[0]);
    expect(inside.filter((line) => /^[def]\w{13,} |^f0/.test(line))).toHaveLength(count);
    expect(lines(result)[0]).toMatch(/^Token from the input `token`, app my-app, host 127\.0\.0\.1:\d+$/);
  });

  it('shows what is out of the rotation, and keeps it out of the outputs', async () => {
    const scenario = await open({ apps: mixed });
    const list = await stepWith(scenario, './list', {});
    expect(lines(list)).toContainEqual(
      expect.stringMatching(new RegExp(`^${SECOND}  worker-2  .*  started, cordoned$`)),
    );
    const uncordon = await stepWith(scenario, './uncordon', { machines: SECOND });
    expect(cellsAbout(uncordon.summary, SECOND)).toMatchObject({ State: 'started, cordoned → started' });
    for (const result of [list, uncordon])
      expect(machineRows(result)[SECOND]).toMatchObject({ state: 'started', previous_state: 'started' });
  });

  it('has the step in the title of what it warns of', async () => {
    const config = { services: [{ autostart: true }] };
    const scenario = await open({ apps: [{ name: APP, machines: [{ id: WEB, config }] }] });
    const { annotations } = await stepWith(scenario, './stop', { machines: 'all', exclude: 'keep=nobody' });
    expect(annotations.map(({ level, title }) => [level, title])).toEqual([
      ['warning', 'fly stop'],
      ['notice', 'fly stop'],
    ]);
  });

  it.each([
    ['start', 'autostop', FIRST],
    ['restart', 'autostop', WEB],
    ['stop', 'autostart', WEB],
    ['suspend', 'autostart', WEB],
  ])('warns of what the proxy may do to its work later: %s, %s', async (command, what, id) => {
    const off = { autostop: 'off', autostart: false } as const;
    const on = what === 'autostop' ? ({ autostop: 'stop' } as const) : { autostart: true };
    const config = { services: [off, { ...off, ...on }] };
    const machines = [
      { id: FIRST, state: 'stopped' as const, config },
      { id: WEB, config },
      { id: SECOND, config: { services: [off] } },
    ];
    const scenario = await open({ apps: [{ name: APP, machines }] });
    const result = await stepWith(scenario, `./${command}`, { machines: `${id}, ${SECOND}` });
    expect(result.conclusion).toBe('success');
    expect(said(result, 'warning')).toEqual([
      expect.stringMatching(`^${id} \\(\\S+\\): \`${what}\` is on, so Fly's proxy`),
    ]);
  });

  it('tells all failures of several apps in one annotation, and draws who waited for what', async () => {
    const apps = [
      {
        name: APP,
        machines: [{ id: FIRST, behaviour: { ignoresSignal: true, stopMs: 60_000 } }, { id: SECOND }],
      },
      { name: 'other', machines: [{ id: WEB }] },
    ];
    const scenario = await open({ apps, settings: { latencyMs: 20, stopMs: 200 } });
    scenario.fly.faults.push({ path: `/v1/apps/other/machines/${WEB}/stop`, fault: { status: 403 } });
    const token = scenario.fly.mintToken({ withDischarge: true });
    const result = await scenario.job.step({
      uses: './stop',
      with: { token, app: `${APP}, other, nowhere`, machines: 'all', timeout: '5s' },
    });
    expect(result).toMatchObject({ conclusion: 'failure', exitCode: 1 });
    expect(result.annotations.map(({ level, title }) => [level, title])).toEqual([
      ['error', 'fly stop: 2 of 3 failed in my-app, other, nowhere, 1 of 3 apps could not be read'],
    ]);
    const [error = ''] = said(result, 'error');
    expect(error).toMatch(/^app nowhere: not found: /m);
    expect(error).toMatch(new RegExp(`^${FIRST} .*in my-app: timeout: .*it was stopping`, 'm'));
    expect(error).toMatch(new RegExp(`^${WEB} .*in other: forbidden: .* \\(request \\S+\\)$`, 'm'));
    expect(cellsAbout(result.summary, SECOND)).toMatchObject({
      Where: expect.stringMatching(`^${APP} · `),
      State: 'started → stopped',
    });
    expect(cellsAbout(result.summary, FIRST)).toMatchObject({
      'Why it failed': expect.stringMatching(/^<b>timeout<\/b> .*it was stopping/),
    });
    expect(result.summary).toMatch(new RegExp(`^${SECOND} [░▓]*█+·+ \\d`, 'm'));
    expect(lines(result)).toContainEqual(expect.stringMatching(`^${WEB} .* in other: failed, `));
    expect(result.summary).toMatch(/<summary>Who waited for what: .* from end to end<\/summary>/);
    expect(result.summary).toMatch(/^█ waits for the state$/m);
  });

  it.each<[string, With]>([
    ['for its inputs', { limit: 'many', machines: 'all' }],
    ['for its app', { app: 'no-such-app', machines: 'all' }],
    ['for what it chooses', { machines: 'nobody' }],
  ])('leaves a file of no machines where it fails early: %s', async (_, inputs) => {
    const result = await stepWith(await open(), './stop', inputs);
    expect(result.conclusion).toBe('failure');
    expect(machinesFile(result)).toEqual([]);
    expect(result.outputs).toMatchObject({ machines: '[]', count: '0', 'failed-ids': '[]' });
  });

  it('leaves the same in the file as in the output', async () => {
    const result = await stepWith(await open(), './start', { machines: 'all' });
    expect(machinesFile(result)).toEqual(output<MachineRow[]>(result, 'machines'));
  });
});

describe('When the work takes long', () => {
  let work: Promise<StepResult>;
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario(process.execPath);
    scenario.fly.machine(APP, FIRST).behaviour.bootMs = 10_500;
    Object.assign(scenario.fly.machine(APP, SECOND).behaviour, { start: 'no-capacity' });
    work = stepWith(scenario, './start', { 'process-group': 'worker' });
  });

  afterAll(() => scenario.close());

  it('says every ten seconds how far it is', async () => {
    const log = lines(await work);
    const at = log.findIndex((line) =>
      /^1 of 3 started, 1 failed, 10 s; waiting for \w+ \(worker-1\)$/.test(line),
    );
    expect(at).toBeGreaterThan(0);
    const done = (id: string) => log.findIndex((line) => line.startsWith(`${id} `));
    expect([done(SECOND) < at, done(THIRD) < at, done(FIRST) > at]).toEqual([true, true, true]);
    expect(log.at(-1)).toMatch(/^started 2, already started 0, failed 1 of 3 in my-app, /);
  });
});
