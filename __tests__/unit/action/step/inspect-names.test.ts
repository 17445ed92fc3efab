import type { Fault } from '../../../../emulator/faults.js';
import type { Fly } from '../../../../emulator/fly.js';
import { seededRandom } from '../../../../emulator/random.js';
import type { GivenSettings } from '../../../../emulator/settings.js';
import type { TokenOptions } from '../../../../emulator/tokens.js';
import type { TokenReport } from '../../../../src/permissions/report-shape.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

const rigs: StepRig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

const APP = 'GET /v1/apps/my-app';
const NAMES = 'GET /v1/tokens/current';
const OFF_APP = { app: 'my-app' };
const OAUTH = 'fo1_q8Zr3TnXw5LcYv0Kb7MhJd2SgPf9RaEuQi6Wo4Tx';

interface Case {
  readonly token?: TokenOptions | ((fly: Fly) => string);
  readonly settings?: GivenSettings;
  /** Answer to the question for names. */
  readonly answer?: Fault;
  /** Answers to the first question about the app. */
  readonly ofApp?: Fault;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Inspects a token on `my-app`, its discharge at hand unless told. */
async function inspect({ token = {}, settings = {}, answer, ofApp, inputs = OFF_APP }: Case = {}) {
  const faults = [
    ...(answer === undefined ? [] : [{ path: '/v1/tokens/current', fault: answer }]),
    ...(ofApp === undefined ? [] : [{ path: '/v1/apps/my-app', fault: ofApp }]),
  ];
  const rig = createStepRig({ machines: [{}], settings, faults });
  rigs.push(rig);
  const usual = { app: 'my-app', withDischarge: true };
  const text = typeof token === 'function' ? token(rig.fly) : rig.fly.mintToken({ ...usual, ...token });
  const run = await rig.step('inspect', { token: text, ...inputs });
  const report: TokenReport = JSON.parse(run.runner.outputs['report'] ?? '');
  const sent = rig.sent
    .map((line) => line.replace(/https:\/\/[^/]+/, ''))
    .filter((it) => it.includes(' /v1/'));
  return { ...run, report, sent };
}

const tokens = (...its: unknown[]): Fault => ({ status: 200, body: { tokens: its } });
/** Verdicts, warnings and end: all that a report was before Fly was asked for names. */
const rest = ({ verdicts, warnings, usable_until, tokens: its }: TokenReport) => ({
  verdicts,
  warnings,
  usable_until,
  kinds: its.map(({ kind }) => kind),
});

describe('when Fly tells what a token is for', () => {
  it.each<[string, object, string, object, string]>([
    [
      'an app',
      { organization: 'My Org', org_slug: 'my-org', apps: ['my-app'] },
      'app my-app of organization My Org (my-org)',
      { organization: 'My Org', org_slug: 'my-org', apps: ['my-app'], more_apps: 0, only_from_machine: null },
      '| Fly knows it as of | Apps |\n| --- | --- |\n| My Org (my-org) | my-app |',
    ],
    [
      'several apps',
      { apps: ['a', 'b'] },
      'apps a, b',
      { organization: '', apps: ['a', 'b'] },
      '| Apps |\n| --- |\n| a, b |',
    ],
    [
      'an organization',
      { organization: 'o', org_slug: 'o' },
      'organization o',
      { org_slug: 'o', apps: [] },
      '| Fly knows it as of |\n| --- |\n| o |',
    ],
    [
      'one machine',
      { org_slug: 'o', restricted_to_machine: '148e', source_machine_id: '99', user: 'hash', token_id: 'id' },
      'organization o, only from machine 148e',
      { only_from_machine: '148e' },
      '| Fly knows it as of | Only from machine |\n| --- | --- |\n| o | <code>148e</code> |',
    ],
    [
      'many apps',
      { apps: Array.from({ length: 50 }, (_, index) => `app-${index}`) },
      `apps ${Array.from({ length: 20 }, (_, index) => `app-${index}`).join(', ')} and 30 more`,
      { more_apps: 30 },
      'app-19 and 30 more |',
    ],
  ])('names it in log, output and summary: %s', async (_, token, line, fields, shown) => {
    const { report, log, runner } = await inspect({ answer: tokens(token) });
    expect(report.named).toEqual([expect.objectContaining(fields)]);
    expect(report.accepted).toBe(true);
    expect(log.said('info')).toContain(line);
    expect(runner.summaries.join('')).toContain(shown);
    // Whose it is, by whatever hash, is nobody's business.
    expect(JSON.stringify(report.named)).not.toMatch(/hash|token_id|"id"|99/);
  });

  it.each<[string, Case, readonly string[]]>([
    ['with one app', {}, [APP, NAMES]],
    ['without an app', { inputs: {} }, [NAMES]],
    ['with several', { inputs: { app: 'my-app, another' } }, [NAMES]],
    ['with an organization', { inputs: { app: '*', org: 'my-org' } }, [NAMES]],
    [
      'with a token for one machine, of which the app tells nothing',
      { token: { extraCaveats: [{ name: 'Machines', body: { machines: new Map([['m1', 31]]) } }] } },
      [APP, NAMES],
    ],
    ['with an app that is not there', { inputs: { app: 'nope' } }, ['GET /v1/apps/nope', NAMES]],
    [
      'with a doubt that takes the second request',
      { settings: { appNumbers: 'absent' } },
      [APP, 'POST /v1/tokens/authorize'],
    ],
    ['with Fly down', { ofApp: { status: 503 } }, [APP]],
    ['with a renewal that takes the second request', { ofApp: { status: 401 } }, [APP, APP]],
    ['with a renewal, without an app', { inputs: {}, answer: { status: 401 } }, [NAMES, NAMES]],
    ['with nothing to ask with', { token: { expires: 1_000 } }, []],
  ])('makes two requests at most: %s', async (_, wish, expected) => {
    const { sent, succeeded } = await inspect(wish);
    expect(sent).toEqual(expected);
    expect(succeeded).toBe(true);
  });

  it('asks with the time, too, without an app', async () => {
    const rig = createStepRig({ machines: [{}] });
    rigs.push(rig);
    const token = rig.fly.mintToken({ app: 'my-app', thirdParty: false, expires: 1_736_942_700 });
    // By a clock that is an hour fast, the token has ended.
    const clock = {
      ...rig.clock,
      now: () => rig.clock.now() + 3_600_000,
      sleep: rig.clock.sleep.bind(rig.clock),
    };
    await rig.step('inspect', { token }, { clock });
    expect(rig.sent.map((line) => line.replace(/https:\/\/[^/]+/, ''))).toEqual(['GET /', NAMES]);
  });

  it('names no app of an OAuth token, and takes it for accepted', async () => {
    const oauth = (fly: Fly) => {
      fly.userTokens.add(OAUTH);
      return OAUTH;
    };
    const { report } = await inspect({ token: oauth, inputs: {} });
    expect(report).toMatchObject({ accepted: true, named: [] });
  });
});

describe('when Fly does not take a token', () => {
  const foreign = () => {
    const rig = createStepRig({ random: seededRandom(99) });
    rigs.push(rig);
    return rig.fly.mintToken({ app: 'my-app', thirdParty: false });
  };

  it.each([OFF_APP, {}])('says that it is revoked, or none of its own: %j', async (inputs: object) => {
    const { report, log, succeeded } = await inspect({ token: foreign, inputs: { ...inputs } });
    expect(report).toMatchObject({ accepted: false, named: [], usable_until: null });
    expect(report.warnings).toEqual([
      expect.stringMatching(
        /^unauthorized: .* Fly answered 401: .*; it is revoked, or not one of Fly's.*tokens create deploy/,
      ),
    ]);
    expect(Object.values(report.verdicts).every(({ verdict }) => verdict === 'no')).toBe(true);
    expect(log.said('info').at(-1)).toMatch(/^token not accepted by Fly; /);
    expect(succeeded).toBe(true);
  });

  it('does not say so of one that it refuses for the app alone', async () => {
    const token = { thirdParty: false } as const;
    const { report, log } = await inspect({ token, ofApp: { status: 401 } });
    expect(report).toMatchObject({ accepted: true, named: [{ apps: ['my-app'] }], usable_until: 'never' });
    expect(report.warnings).toEqual([
      expect.stringMatching(
        /^forbidden: read the app my-app: Fly answered 401, although it takes the token.*tokens create deploy -a my-app/,
      ),
    ]);
    expect(report.verdicts['list']?.verdict).toBe('no');
    expect(log.said('info').at(-1)).toMatch(/^token usable without an end; on my-app it may not /);
  });

  it('does not say so where it has just read the app, or knows the token', async () => {
    for (const ofApp of [undefined, { status: 403 }]) {
      const wish = ofApp === undefined ? {} : { ofApp };
      const { report } = await inspect({ ...wish, answer: { status: 401 } });
      expect(report.accepted).toBe(ofApp === undefined ? true : null);
      expect(report.usable_until).not.toBeNull();
    }
  });

  it('says so where it only knows that there is no such app', async () => {
    const token = (fly: Fly) => fly.mintToken({ app: 'my-app', thirdParty: false, actions: 'r' });
    const { report } = await inspect({ token, ofApp: { status: 404 }, answer: { status: 401 } });
    expect([report.accepted, report.warnings.length]).toEqual([false, 2]);
  });
});

describe('when Fly refuses to tell what a token is for', () => {
  const ANSWERS: readonly Fault[] = [
    { status: 403 },
    { status: 404, body: '404 page not found' },
    { status: 429 },
    { status: 500 },
    { status: 503 },
    'reset',
    'hang',
    'garbage',
    { status: 401, body: { error: 'not allowed' } },
    { status: 302 },
    ...['', '[]', '3', 'null', '"x"', '{"tokens":3}', '{"tokens":null}', '{}', '{"tokens":[]}'].map(
      (body): Fault => ({ status: 200, body }),
    ),
    tokens(null),
    tokens(7, 'x', []),
    tokens({ organization: 3, org_slug: {}, apps: 'x', restricted_to_machine: [] }),
    tokens({ apps: [null, 3, {}, ''] }),
  ];

  it.each(ANSWERS.flatMap((answer) => [OFF_APP, {}].map((inputs) => [answer, inputs] as const)))(
    'loses nothing: %j, %j',
    async (answer, inputs) => {
      const { report, succeeded, log } = await inspect({ answer, inputs: { ...inputs } });
      const told = await inspect({ inputs: { ...inputs } });
      expect(rest(report)).toEqual(rest(told.report));
      expect(report.named).toEqual([]);
      expect(log.said('warning')).toEqual([]);
      expect(succeeded).toBe(true);
    },
  );

  it.each(['forbidden', 'unknown'] as const)('says why to whom looks for it: %s', async (currentToken) => {
    const { log, report } = await inspect({ settings: { currentToken } });
    expect(log.said('debug').join('\n')).toMatch(/Fly does not tell what the token is for: .* 40[34]/);
    expect(report).toMatchObject({ accepted: true, named: [], warnings: [] });
  });
});

describe('when the names are hostile', () => {
  const NASTY = '| </td>\n::error::x\r##[error]`<img src=x>';

  it('are one line each, and no markdown', async () => {
    const nasty = { organization: NASTY, org_slug: NASTY, apps: [NASTY], restricted_to_machine: NASTY };
    const { log, runner } = await inspect({ answer: tokens(nasty) });
    expect(log.said('info').some((line) => /\n|\r/.test(line))).toBe(false);
    expect(runner.summaries.join('')).not.toMatch(/<img|\n::|##\[|\r|`</);
  });

  it('give away no token that is sent back, and fit into the outputs', async () => {
    const text: { token?: string } = {};
    const token = (fly: Fly) => {
      text.token = fly.mintToken({ app: 'my-app', withDischarge: true });
      const [, body = ''] = text.token.split(' ');
      const echoed = { organization: body, org_slug: body, apps: [body, '\u0001'.repeat(500)] };
      const all = Array.from({ length: 30 }, () => ({
        ...echoed,
        apps: Array(30).fill(echoed.apps).flat(),
      }));
      fly.faults.push({ path: '/v1/tokens/current', fault: tokens(...all) });
      return text.token;
    };
    const { runner, report } = await inspect({ token });
    expect(report.named).toHaveLength(10);
    const [, body = ''] = text.token?.split(' ') ?? [];
    for (const part of [runner.outputs['report'], runner.summaries.join('')]) {
      expect(part).not.toContain(body.slice(4, 60));
      expect(part?.length).toBeLessThan(200_000);
    }
  });
});
