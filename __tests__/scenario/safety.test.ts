import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';

const WEB = 'a00000000001';
const API = 'a00000000002';
const STANDBY = 'b00000000001';
const DOOMED = 'b00000000002';
const RELEASE = 'b00000000003';
const TEST = 'b00000000004';
const CONSOLE = 'b00000000005';

const machines = [
  { id: WEB, name: 'web' },
  { id: API, name: 'api', metadata: { keep: 'yes' } },
  { id: STANDBY, name: 'standby', config: { standbys: [WEB] } },
  { id: DOOMED, name: 'doomed', config: { auto_destroy: true } },
  { id: RELEASE, name: 'release', processGroup: 'fly_app_release_command' },
  { id: TEST, name: 'test', processGroup: 'fly_app_test_machine_command' },
  { id: CONSOLE, name: 'console', processGroup: 'fly_app_console' },
];
const apps = [{ name: APP, machines }];

const stop = ({ job, fly }: Scenario, inputs: Readonly<Record<string, string>>, uses = './stop') =>
  job.step({ uses, with: { token: fly.mintToken({ app: APP, withDischarge: true }), app: APP, ...inputs } });

const writes = ({ fly }: Scenario) => fly.requests.filter(({ method }) => method !== 'GET');
const stopped = ({ fly }: Scenario) =>
  fly.machines(APP).flatMap(({ id, state }) => (state === 'started' ? [] : [id]));

onOneNode('When a step is told to stop everything', (open) => {
  it('leaves alone what Fly made for itself or would destroy, each with its reason', async () => {
    const scenario = await open({ apps });
    const result = await stop(scenario, { machines: 'all' });
    expect(stopped(scenario)).toEqual([WEB, API]);
    const reasons = Object.values(machineRows(result)).map(({ outcome, reason }) =>
      `${outcome} ${reason}`.trim(),
    );
    expect(reasons).toEqual([
      'changed',
      'changed',
      'skipped a standby of other machines',
      'skipped destroyed for good when it stops',
      'skipped a release command machine',
      'skipped a test command machine',
      'skipped a console machine',
    ]);
    expect(result.summary).toContain('| a standby of other machines |');
    const log = lines(result);
    const left = log.indexOf('Left alone: 5 machines');
    expect(log.slice(left + 1, left + 3)).toEqual([
      expect.stringMatching(
        new RegExp(`^${STANDBY} standby \\(.*\\): skipped, a standby of other machines$`),
      ),
      expect.stringMatching(
        new RegExp(`^${DOOMED} doomed  \\(.*\\): skipped, destroyed for good when it stops$`),
      ),
    ]);
    expect(left).toBeLessThan(log.indexOf('Stopping 2 machines'));
    expect(output(result, 'machine-ids')).toEqual([WEB, API]);
  });

  it('touches those that are named by their ids, and not by their names', async () => {
    const scenario = await open({ apps });
    await stop(scenario, { machines: `${STANDBY}, console` });
    expect(stopped(scenario)).toEqual([STANDBY]);
  });

  it.each<[string, string, string[]]>([
    ['a name', 'web', [API]],
    ['an id, beside metadata that is not there', `${WEB}\nkeep=no-one`, [API]],
    ['metadata, and a name', '["keep=yes", "web"]', []],
  ])('never touches what is excluded: %s', async (_, exclude, expected) => {
    const scenario = await open({ apps });
    const result = await stop(scenario, { machines: 'all', exclude });
    expect(stopped(scenario)).toEqual(expected);
    expect(machineRows(result)[WEB]).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(/^excluded by /),
    });
    expect(result.conclusion).toBe('success');
  });

  it('touches nothing where what was to be left alone is not there', async () => {
    const scenario = await open({ apps });
    const result = await stop(scenario, { machines: 'all', exclude: `${WEB}\nnot-there` });
    expect(stopped(scenario)).toEqual([]);
    expect(said(result, 'error')[0]).toContain('`exclude` names not-there, but no machine of');
  });

  it('stops at the limit, in the order of ids, counting changes alone', async () => {
    const scenario = await open({ apps });
    await stop(scenario, { machines: WEB });
    const result = await stop(scenario, { machines: `${CONSOLE}, ${API}, ${WEB}`, limit: '1' });
    expect(stopped(scenario)).toEqual([WEB, API]);
    expect(machineRows(result)[CONSOLE]).toMatchObject({ outcome: 'skipped', reason: 'limit of 1 reached' });
  });
});

onOneNode('When a step is a dry run', (open) => {
  it('sends no write, and shows what the real run would do, limits and exclusions included', async () => {
    const scenario = await open({ apps });
    const inputs = { machines: 'all', exclude: 'keep=yes', limit: '1' };
    const dry = await stop(scenario, { ...inputs, 'dry-run': 'true' });
    expect(writes(scenario)).toEqual([]);
    expect(dry.conclusion).toBe('success');
    expect(dry.summary).toMatch(/^### 🟠 stop, dry run: would stop 1 of \d+ machines in my-app\n\n🟧⬜+<br>/);
    expect(dry.summary).toContain('\n<b>would stop 1</b>\n\n| Machine |');
    expect(lines(dry)).toContain('Dry run: would stop 1 machine');
    expect(output(dry, 'changed-ids')).toEqual([]);
    const would = Object.values(machineRows(dry)).filter(({ reason }) => reason === 'dry run: would stop');
    const real = await stop(scenario, inputs);
    expect(would.map(({ id }) => id)).toEqual(output(real, 'changed-ids'));
    expect(stopped(scenario)).toEqual([WEB]);
  });
});

onOneNode('When a machine fails', (open) => {
  const failing = [
    { id: WEB, name: 'web', state: 'stopped' as const, behaviour: { start: 'no-capacity' as const } },
    { id: API, name: 'api', state: 'stopped' as const },
    { id: DOOMED, name: 'odd', state: 'stopped' as const, behaviour: { start: 'error' as const } },
  ];

  it.each([
    ['fail', 'failure', 'error'],
    ['warn', 'success', 'warning'],
  ] as const)(
    'hides none of the others and ends as told, on-failure: %s',
    async (mode, conclusion, level) => {
      const scenario = await open({ apps: [{ name: APP, machines: failing }] });
      const result = await stop(scenario, { machines: 'all', 'on-failure': mode }, './start');
      expect(result.conclusion).toBe(conclusion);
      expect(output(result, 'changed-ids')).toEqual([API]);
      expect(output(result, 'failed-ids')).toEqual([WEB, DOOMED]);
      expect(said(result, level)).toHaveLength(1);
      expect(said(result, level)[0]?.split('\n')).toEqual([
        expect.stringMatching(`^${WEB} \\(web\\): no capacity: start it: Fly answered 409: .*`),
        expect.stringMatching('^→ The host is full'),
        expect.stringMatching(`^${DOOMED} \\(odd\\): Fly failure: start it: could not start`),
        expect.stringMatching('^→ `fly logs`'),
      ]);
      expect(lines(result).at(-1)).toMatch(/^started 1, already started 0, failed 2 of 3 in my-app, /);
    },
  );

  it('is red in spite of on-failure: warn when the token may not do it', async () => {
    const { job, fly } = await open({ apps });
    const token = fly.mintToken({ app: APP, actions: 'r', withDischarge: true });
    const result = await job.step({
      uses: './stop',
      with: { token, app: APP, machines: WEB, 'on-failure': 'warn' },
    });
    expect(result.conclusion).toBe('failure');
  });
});

onOneNode('When a step does not wait', (open) => {
  it('reports what was requested, and reads nothing back', async () => {
    const scenario = await open({ apps });
    const result = await stop(scenario, { machines: `${WEB}, ${API}`, wait: 'false' });
    expect(scenario.fly.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
    expect(machineRows(result)[WEB]).toMatchObject({ outcome: 'requested', state: 'started' });
    expect(output(result, 'changed-ids')).toEqual([WEB, API]);
    expect(lines(result).at(-1)).toContain('stopped 0, requested 2,');
  });
});
