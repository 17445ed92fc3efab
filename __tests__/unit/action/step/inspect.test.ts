import type { FaultRule } from '../../../../emulator/faults.js';
import type { Fly } from '../../../../emulator/fly.js';
import { seededRandom } from '../../../../emulator/random.js';
import type { GivenSettings } from '../../../../emulator/settings.js';
import type { TokenOptions } from '../../../../emulator/tokens.js';
import { parseAction } from '../../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../../src/macaroon/caveats.js';
import type { TokenReport } from '../../../../src/permissions/report-shape.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';

const rigs: StepRig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

interface Inspection extends StepRun {
  readonly report: TokenReport;
  readonly sent: readonly string[];
  /** `list, wait: yes` */
  readonly verdicts: readonly string[];
}

const NUMBER = 1_000_001n;
const DAY_S = 86_400;

/** Inspects a token on `my-app`, its discharge at hand unless told. */
async function inspect(
  token: TokenOptions | ((fly: Fly) => string) = {},
  {
    settings = {},
    faults = [],
    inputs = { app: 'my-app' },
  }: {
    readonly settings?: GivenSettings;
    readonly faults?: readonly FaultRule[];
    readonly inputs?: Readonly<Record<string, string>>;
  } = {},
): Promise<Inspection> {
  const rig = createStepRig({ machines: [{}], settings, faults });
  rigs.push(rig);
  const usual = { app: 'my-app', withDischarge: true };
  const text = typeof token === 'function' ? token(rig.fly) : rig.fly.mintToken({ ...usual, ...token });
  const run = await rig.step('inspect', { token: text, ...inputs });
  const report: TokenReport = JSON.parse(run.runner.outputs['report'] ?? '');
  const groups = new Map<string, string[]>();
  for (const [name, { verdict }] of Object.entries(report.verdicts))
    groups.set(verdict, [...(groups.get(verdict) ?? []), name]);
  const verdicts = [...groups].map(([verdict, names]) => `${names.join(' ')}: ${verdict}`);
  return { ...run, report, sent: rig.sent.map(shortened), verdicts };
}

const shortened = (line: string) => line.replace(/https:\/\/[^/]+/, '');
const ifPresent = (...ifs: Caveat[]): Caveat => ({
  name: 'IfPresent',
  body: { ifs, else: parseAction('r') },
});
const apps = (...entries: [bigint, number][]): Caveat => ({ name: 'Apps', body: { apps: new Map(entries) } });
const action = (letters: string): Caveat => ({ name: 'Action', body: parseAction(letters) });

const machine: Caveat = { name: 'Machines', body: { machines: new Map([['m1', 31]]) } };
const OAUTH = 'fo1_q8Zr3TnXw5LcYv0Kb7MhJd2SgPf9RaEuQi6Wo4Tx';

const APP = 'GET /v1/apps/my-app';
const ASK = 'POST /v1/tokens/authorize';
const NAMES = 'GET /v1/tokens/current';
const EVERY =
  'list wait start stop suspend restart cordon uncordon stop-idle hours warm-up exec label lease hold';
const CONTROL = 'start stop suspend restart stop-idle warm-up';
const CHANGING = 'start stop suspend restart cordon uncordon stop-idle hours warm-up label lease hold';
const OPEN_BITS = 'cordon uncordon hours exec label lease hold: fly must say';

describe('when a token is inspected', () => {
  it('tells all of a deploy token with two requests', async () => {
    const { report, sent, verdicts, succeeded, log } = await inspect();
    expect(report).toMatchObject({
      version: 1,
      app: 'my-app',
      app_number: `${NUMBER}`,
      usable_until: expect.stringMatching(/^2025-01-15T12:10:30Z$/),
      tokens: [
        {
          uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          kind: 'deploy',
          organizations: ['4001'],
          apps: [`${NUMBER}`],
          may: [`do everything with app ${NUMBER} (my-app) of organization 4001`],
          ends: null,
          third_parties: [{ state: 'discharged', until: '2025-01-15T12:10:30Z', reason: '' }],
        },
      ],
      accepted: true,
      named: [
        {
          organization: 'my-org',
          org_slug: 'my-org',
          apps: ['my-app'],
          more_apps: 0,
          only_from_machine: null,
        },
      ],
      warnings: [],
    });
    expect(sent).toEqual([APP, NAMES]);
    expect(verdicts).toEqual([`${EVERY}: yes`]);
    expect(succeeded).toBe(true);
    expect(log.said('warning')).toEqual([]);
  });

  it.each<[string, TokenOptions, readonly string[]]>([
    ['control alone', { actions: 'rC' }, [`list wait ${CONTROL}: yes`, OPEN_BITS]],
    [
      'reading alone',
      { extraCaveats: [action('r')] },
      ['list wait: yes', `${CHANGING}: no`, 'exec: fly must say'],
    ],
    [
      'some commands',
      { extraCaveats: [ifPresent({ name: 'Commands', body: [{ args: ['ls'], exact: true }] })] },
      ['list wait exec: yes', `${CHANGING}: no`],
    ],
    ['another app', { extraCaveats: [apps([NUMBER + 1n, 31])] }, [`${EVERY}: no`]],
    ['one machine', { extraCaveats: [machine] }, [`${EVERY}: fly must say`]],
    ['what has ended', { expires: 1_000 }, [`${EVERY}: no`]],
  ])('says what it may do: %s', async (_, token, expected) => {
    const { verdicts, succeeded } = await inspect(token);
    expect(verdicts).toEqual(expected);
    expect(succeeded).toBe(true);
  });

  it('names the caveat that is in the way, and what makes it hang on Fly', async () => {
    const { report } = await inspect({ extraCaveats: [action('r')] });
    expect(report.verdicts['stop']?.reason).toBe('because of “only read” (Action)');
    expect(report.verdicts['exec']?.reason).toMatch(/not documented which action .* read \(allowed\)$/);
  });

  it('asks only what it is for where no app is named, and is certain of what holds for any', async () => {
    const { sent, verdicts, report } = await inspect({ extraCaveats: [action('r')] }, { inputs: {} });
    expect(sent).toEqual([NAMES]);
    expect(report).toMatchObject({ app: null, app_number: null, named: [{ apps: ['my-app'] }] });
    expect(verdicts).toEqual(['list wait exec: fly must say', `${CHANGING}: no`]);
  });

  it('takes several apps as one that is not known, and asks for one', async () => {
    const { sent, report, log } = await inspect({}, { inputs: { app: 'my-app, another' } });
    expect(sent).toEqual([NAMES]);
    expect(report.app).toBeNull();
    expect(log.said('info').at(-1)).toMatch(
      /^token usable until .*; set one `app` \(of my-app, another\) for an answer, /,
    );
  });

  it('keeps to its last line what is limited to some machines', async () => {
    const { log } = await inspect({ extraCaveats: [ifPresent(machine)] });
    expect(log.said('info').at(-1)).toMatch(/it may list, wait; may start, stop, .* \(only machine m1\); /);
  });

  it.each<[string, TokenOptions, RegExp]>([
    ['with a discharge to come', {}, /^token usable until 2025-01-15T12:10:30Z and refreshed before; /],
    [
      'where the token itself sets it',
      { expires: 1_736_942_700 },
      /^token usable until 2025-01-15T12:05:00Z; /,
    ],
  ])('says until when it is usable: %s', async (_, token, line) => {
    expect((await inspect(token)).log.said('info').at(-1)).toMatch(line);
  });

  it.each([{ app: 'my-app' }, {}])('knows no end of what is no token: %j', async (inputs: object) => {
    const { report, log } = await inspect(() => 'hunter2', { inputs: { ...inputs } });
    expect(report.usable_until).toBeNull();
    expect(log.said('info').at(-1)).toMatch(
      /^token not accepted by Fly; on (my-app|any app) it may not run any /,
    );
  });

  it('knows nothing of it where Fly is not to be had', async () => {
    const faults: FaultRule[] = [{ path: '/v1', fault: { status: 503 } }];
    const { report, log } = await inspect(() => 'hunter2', { inputs: {}, faults });
    expect(report).toMatchObject({ usable_until: null, accepted: null, warnings: [] });
    expect(log.said('info').at(-1)).toMatch(/^token not known to be usable; set one `app` for an answer, /);
  });

  it('blames a caveat on machines where that refuses the app', async () => {
    const { report, log } = await inspect({ extraCaveats: [machine] });
    expect(report.verdicts['list']?.reason).toMatch(/“only machine m1 \(all actions\)” \(Machines\)$/);
    expect(report.warnings).toEqual([
      expect.stringMatching(/^forbidden: .* A bare `Machines` caveat refuses /),
    ]);
    expect(log.said('info').at(-1)).toMatch(/; on my-app Fly must say whether it may list, /);
  });

  it('says what to do where Fly refuses the app, and no to all', async () => {
    const { report, verdicts } = await inspect((fly) => fly.mintToken({ app: 'my-app', thirdParty: false }), {
      faults: [{ path: APP.slice(4), fault: { status: 403, body: '{"error":"forbidden"}' } }],
    });
    expect(verdicts).toEqual([`${EVERY}: no`]);
    expect(report.warnings).toEqual([
      expect.stringMatching(/`fly tokens create deploy -a my-app -x 8760h` makes/),
    ]);
  });
});

describe('when only Fly can settle a doubt', () => {
  const settings: GivenSettings = { appNumbers: 'absent' };

  it('asks it just that, the token in the body', async () => {
    const { sent, verdicts, report } = await inspect({ actions: 'rC' }, { settings });
    expect(sent).toEqual([APP, ASK]);
    expect(verdicts).toEqual([`list wait ${CONTROL}: yes`, OPEN_BITS]);
    expect(report.verdicts['stop']?.reason).toBe('Fly says so');
  });

  it.each(['400', '403'] as const)('takes a refusal with %s for a no', async (authorizeRefusal) => {
    const only = apps([NUMBER, 1], [5n, 31]);
    const { verdicts, report, sent } = await inspect(
      (fly) => fly.mintToken({ withDischarge: true, extraCaveats: [only] }),
      { settings: { ...settings, authorizeRefusal } },
    );
    expect(sent).toEqual([APP, ASK]);
    expect(verdicts).toEqual([
      'list wait: yes',
      'start stop suspend restart stop-idle hours warm-up: no',
      OPEN_BITS.replace(' hours', ''),
    ]);
    expect(report.verdicts['stop']?.reason).toMatch(/^Fly says: .*unauthorized for access C/);
  });

  it.each<[string, number, string]>([
    ['my-app', 500, '{"error":"failed to verify token: upstream timeout"}'],
    ['my-app', 500, '{"error":"unauthorized for access C"}'],
    ['verify-api', 502, '{"error":"bad gateway"}'],
    ['permission-svc', 404, '404 page not found'],
    ['verify-api', 400, '{"error":"invalid request body"}'],
  ])('takes no failure for a no: %s %d %s', async (name, status, body) => {
    const rig = createStepRig({ apps: [{ name, machines: [{}] }], settings });
    rigs.push(rig);
    rig.fly.faults.push({ path: '/v1/tokens', fault: { status, body } });
    const token = rig.fly.mintToken({ app: name, actions: 'rC', thirdParty: false });
    const { runner } = await rig.step('inspect', { token, app: name });
    const report: TokenReport = JSON.parse(runner.outputs['report'] ?? '');
    expect(report.verdicts['stop']?.verdict).toBe('fly must say');
  });

  it.each<[string, FaultRule[], readonly string[]]>([
    ['the question', [{ path: '/v1/tokens', fault: { status: 401 } }], [APP, ASK]],
    ['the app', [{ path: '/v1/apps', fault: { status: 401 }, times: 1 }], [APP, APP]],
  ])('makes two requests at most where %s is refused with 401', async (_, faults, expected) => {
    const { sent } = await inspect({ actions: 'rC' }, { settings, faults });
    expect(sent.filter((it) => it.includes(' /v1/'))).toEqual(expected);
  });

  it('asks nothing more where the time had to be asked', async () => {
    const rig = createStepRig({ machines: [{}], settings });
    rigs.push(rig);
    const token = rig.fly.mintToken({
      app: 'my-app',
      actions: 'rC',
      thirdParty: false,
      expires: 1_736_942_700,
    });
    // By a clock that is an hour fast, the token has ended.
    const clock = {
      ...rig.clock,
      now: () => rig.clock.now() + 3_600_000,
      sleep: rig.clock.sleep.bind(rig.clock),
    };
    await rig.step('inspect', { token, app: 'my-app' }, { clock });
    expect(rig.sent.map(shortened)).toEqual(['GET /', APP]);
  });

  it.each<[string, FaultRule, readonly string[], RegExp]>([
    ['it is down', { path: '/v1', fault: { status: 503 } }, [APP], /Fly answered 503/],
    ['it can not be reached', { path: '/v1', fault: 'reset' }, [APP], /ECONNRESET/],
    ['it does not answer', { path: '/v1', fault: 'hang' }, [APP], /no answer within 10 s/],
    [
      'it does not answer that',
      { path: '/v1/tokens', fault: { status: 500 } },
      [APP, ASK],
      /Fly answered 500/,
    ],
    [
      'there is no such question',
      { path: '/v1/tokens', fault: { status: 404 } },
      [APP, ASK],
      /Fly answered 404/,
    ],
    ['its answer is none', { path: '/v1/tokens', fault: 'garbage' }, [APP, ASK], /is not JSON|page of HTML/],
  ])('tells the rest where %s', async (_, fault, sent, warning) => {
    const result = await inspect({ actions: 'rC' }, { settings, faults: [fault] });
    expect(result.sent).toEqual(sent);
    expect(result.succeeded).toBe(true);
    expect(result.report.tokens[0]?.kind).toBe('deploy');
    expect(result.report.verdicts['start']?.verdict).toBe('fly must say');
    expect(result.log.said('warning')).toEqual([expect.stringMatching(warning)]);
  });

  it('asks for nothing but its names where Fly does not accept the token at all', async () => {
    const inTen = 1_736_942_400 + 10 * 365 * DAY_S;
    const foreign = createStepRig({ random: seededRandom(99) });
    rigs.push(foreign);
    const { sent, verdicts, report, log, runner } = await inspect(() =>
      foreign.fly.mintToken({ app: 'my-app', thirdParty: false, expires: inTen }),
    );
    expect(runner.outputs['expires-at']).toBe('');
    expect(sent).toEqual([APP, NAMES]);
    expect(verdicts).toEqual([`${EVERY}: no`]);
    expect(report.warnings).toEqual([
      expect.stringMatching(
        /^unauthorized: read the app my-app: Fly answered 401.*; it is revoked, or not one of Fly's/,
      ),
    ]);
    expect(report).toMatchObject({ accepted: false, named: [] });
    expect(report.usable_until).toBeNull();
    expect(log.said('info').at(-1)).toMatch(
      /^token not accepted by Fly; on my-app it may not run any command, /,
    );
  });

  it('takes its word for an OAuth token, of which nothing else is known', async () => {
    const { verdicts, report } = await inspect((fly) => {
      fly.userTokens.add(OAUTH);
      return OAUTH;
    });
    expect(verdicts).toEqual([`list wait ${CONTROL}: yes`, OPEN_BITS]);
    expect(report).toMatchObject({ oauth_tokens: 1, tokens: [] });
    expect(report.warnings).toEqual([expect.stringMatching(/^An OAuth token may do everything/)]);
  });
});

describe('when a discharge is not to be had', () => {
  it('says of each third party how it stands, and why', async () => {
    const { report, succeeded, log, verdicts } = await inspect(
      { thirdParty: ['aaa', 'own'], withDischarge: false },
      { settings: { aaa: { behaviour: 'refuse' } } },
    );
    expect(report.tokens[0]?.third_parties).toMatchObject([
      { location: 'https://fly.test/aaa/v1', state: 'refused', until: null },
      { location: 'https://fly.test/own/v1', state: 'discharged', until: '2025-01-15T12:10:30Z' },
    ]);
    expect(report.tokens[0]?.third_parties[0]?.reason).toMatch(
      /^it answered 403: no session for this ticket/,
    );
    expect(report.usable_until).toBeNull();
    expect(report.verdicts['list']?.reason).toBe(
      'because of “only with a discharge of https://fly.test/aaa/v1” (3P)',
    );
    expect(verdicts).toEqual([`${EVERY}: no`]);
    expect(log.said('warning')).toEqual([expect.stringMatching(/^third party refused: No discharge/)]);
    expect(succeeded).toBe(true);
  });

  it('tells one that is down from one that refuses', async () => {
    const { report } = await inspect({ withDischarge: false }, { settings: { aaa: { behaviour: 'down' } } });
    expect(report.tokens[0]?.third_parties).toMatchObject([{ state: 'missing' }]);
    expect(report.tokens[0]?.third_parties[0]?.reason).toMatch(/answered 503/);
  });
});

describe('when a token has ended', () => {
  it('says so of its third party, which was not asked', async () => {
    const { report } = await inspect({ expires: 1_000, withDischarge: false });
    expect(report.tokens[0]?.third_parties).toMatchObject([
      { state: 'missing', reason: 'not asked, since the token has ended' },
    ]);
  });
});

describe('when a token could be better', () => {
  const better = /`fly tokens create deploy -a my-app( -x 8760h)?`/;
  const inDays = (days: number) => 1_736_942_400 + days * DAY_S;

  it.each<[string, TokenOptions | ((fly: Fly) => string), RegExp | undefined]>([
    ['it ends in less than two weeks', { expires: inDays(13) }, /ends in 13 d, at 2025-01-28/],
    ['it ends later', { expires: inDays(15) }, undefined],
    ['it has ended', { expires: inDays(-1) }, /^token expired: The token ended at 2025-01-14/],
    [
      'it is for the organization',
      (fly) => fly.mintToken({ withDischarge: true }),
      /an org token, which may change other apps/,
    ],
    [
      'it is for another app too',
      (fly) => fly.mintToken({ withDischarge: true, extraCaveats: [apps([NUMBER, 31], [5n, 31])] }),
      /a deploy token, which may change other apps/,
    ],
    ['it reads the organization', (fly) => fly.mintToken({ withDischarge: true, actions: 'r' }), undefined],
    [
      'one of two lasts',
      (fly) =>
        `${fly.mintToken({ app: 'my-app', expires: inDays(3), withDischarge: true })},${fly.mintToken({ app: 'my-app', withDischarge: true }).slice(6)}`,
      undefined,
    ],
  ])('says so, or not: %s', async (_, token, warning) => {
    const { report, log } = await inspect(token);
    expect(log.said('warning')).toEqual(report.warnings);
    if (warning === undefined) expect(report.warnings).toEqual([]);
    else {
      expect(report.warnings).toEqual([expect.stringMatching(warning)]);
      expect(report.warnings[0]).toMatch(better);
    }
  });

  it.each<[number, readonly bigint[]]>([
    [1, [NUMBER, 5n]],
    [0, [NUMBER]],
  ])('takes one of two apps for another where Fly numbers none: %d', async (warnings, ids) => {
    const entries = ids.map((id): [bigint, number] => [id, 31]);
    const { report } = await inspect(
      (fly) => fly.mintToken({ withDischarge: true, extraCaveats: [apps(...entries)] }),
      { settings: { appNumbers: 'absent' } },
    );
    expect(report.warnings).toHaveLength(warnings);
  });

  it("does not mind the end that `auth` has set to the job's copy", async () => {
    const rig = createStepRig({ machines: [{}] });
    rigs.push(rig);
    const token = rig.fly.mintToken({ app: 'my-app' });
    await rig.step('auth', { token, app: 'my-app', 'max-lifetime': '7h' });
    const { log, runner } = await rig.step('inspect');
    const report: TokenReport = JSON.parse(runner.outputs['report'] ?? '');
    expect(report.tokens[0]).toMatchObject({ kind: 'deploy', ends: '2025-01-15T19:00:00Z' });
    expect(log.said('warning')).toEqual([]);
  });

  it.each<Readonly<Record<string, string>>>([
    { 'max-lifetime': '1h' },
    { 'max-lifetime': '0', 'attenuate-with': '{"type":"ValidityWindow","body":{"not_after":1736950000}}' },
  ])('nor any end that a later `auth` has set: %j', async (inputs) => {
    const rig = createStepRig({ machines: [{}] });
    rigs.push(rig);
    await rig.step('auth', { token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' });
    await rig.step('auth', inputs);
    expect((await rig.step('inspect')).log.said('warning')).toEqual([]);
  });

  it('tells the end of a token whose copy ends before', async () => {
    const rig = createStepRig({ machines: [{}] });
    rigs.push(rig);
    const token = rig.fly.mintToken({ app: 'my-app', expires: inDays(13) });
    await rig.step('auth', { token, app: 'my-app' });
    await rig.step('auth', { 'max-lifetime': '1h' });
    expect((await rig.step('inspect')).log.said('warning')).toEqual([expect.stringMatching(/ends in 13 d/)]);
  });

  it('tells the end of the session from that of the token', async () => {
    const rig = createStepRig({ machines: [{}] });
    rigs.push(rig);
    const token = rig.fly.mintToken({ app: 'my-app' });
    await rig.step('auth', { token, app: 'my-app', 'max-lifetime': '1m' });
    await rig.clock.run(rig.clock.sleep(120_000, new AbortController().signal));
    const { log, succeeded } = await rig.step('inspect');
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/`max-lifetime` of `auth` \(1 min\) is over/),
    ]);
    expect(succeeded).toBe(true);
  });
});

describe('when a token is built to fill a page', () => {
  it('counts what it does not tell, and stays within the outputs', async () => {
    const caveats = Array.from({ length: 400 }, (_, index) => action(index % 2 === 0 ? 'r' : 'rC'));
    const named = Array.from({ length: 60 }, (_, index): Caveat => {
      const machines = new Map([[`m${index}${'x'.repeat(500)}`, 31]]);
      return { name: 'Machines', body: { machines } };
    });
    const { report, runner } = await inspect({ extraCaveats: [...named, ...caveats] });
    expect(report.tokens[0]?.caveats).toHaveLength(50);
    expect(report.tokens[0]?.more_caveats).toBe(2 + 1 + 62 - 50);
    expect(runner.outputs['report']?.length).toBeLessThan(200_000);
  });
});
