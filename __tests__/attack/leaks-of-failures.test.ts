import type { FaultRule } from '../../emulator/faults.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { APP, type Scenario, WEB } from '../support/scenarios/scenario.js';
import { CREDENTIAL, SECRETIVE, secretJob } from '../support/scenarios/secrets.js';

interface Failure {
  readonly what: string;
  /** What goes wrong, by the token that the step has. */
  readonly fault?: (token: string) => FaultRule;
  readonly spoil?: (scenario: Scenario) => void;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** An answer that repeats what it was sent. */
const echo = (path: string, status: number) => (token: string) => ({
  path,
  fault: { status, body: { error: `no: ${token} ${encodeURIComponent(token)} Basic ${CREDENTIAL}` } },
});

const hex = (text: string) => Buffer.from(text).toString('hex');

const FAILURES: readonly Failure[] = [
  { what: 'the API answers 401 and the token', fault: echo('/v1', 401) },
  { what: 'the API answers 403 and the token', fault: echo('/v1', 403) },
  { what: 'the API answers 404 and the token', fault: echo(`/v1/apps/${APP}/machines/`, 404) },
  { what: 'the API answers 500 and the token', fault: echo('/v1', 500) },
  {
    what: 'the API answers the token as a machine',
    fault: (token) => ({
      path: '/v1',
      fault: { status: 200, body: [{ [token]: token, id: token, state: 7 }] },
    }),
  },
  {
    what: 'the API answers the token where JSON was due',
    fault: (token) => ({ path: '/v1', fault: { status: 200, body: token } }),
  },
  { what: 'a third party answers 403 and a token', fault: echo('/aaa', 403) },
  { what: 'a third party answers 503 and a token', fault: echo('/aaa', 503) },
  {
    what: 'a third party wants another credential',
    spoil: ({ fly }) => {
      fly.settings.own.credential = 'Basic another';
    },
  },
  {
    what: 'a third party answers a discharge for another',
    spoil: ({ fly }) => {
      fly.settings.aaa.behaviour = 'wrong-ticket';
    },
  },
  ...[
    { how: 'in hexadecimal', form: hex },
    { how: 'in hexadecimal, in capitals', form: (token: string) => hex(token).toUpperCase() },
    { how: 'in hexadecimal with colons', form: (token: string) => (hex(token).match(/../g) ?? []).join(':') },
    {
      how: 'as the bytes behind it',
      form: (token: string) => Buffer.from(token.slice(4), 'base64').toString('hex'),
    },
    {
      how: 'as base64 of a header',
      form: (token: string) => Buffer.from(`X: ${token}`).toString('base64url'),
    },
  ].map(({ how, form }) => ({
    what: `the API answers 403 and the token ${how}`,
    fault: (token: string) => ({
      path: '/v1',
      fault: { status: 403, body: { error: `no: ${form(token)}` } },
    }),
  })),
  { what: 'the API hangs', fault: () => ({ path: '/v1', fault: 'hang' }), inputs: { timeout: '1s' } },
  { what: 'inputs are wrong', inputs: { limit: 'many', region: '', tokn: 'x' } },
];

onOneNode('When a step fails', (open) => {
  it.each(FAILURES)('tells none of its secrets: $what', async ({ fault, spoil, inputs: more }) => {
    const scenario = await open(SECRETIVE);
    const { search, inputs, run, token } = secretJob(scenario);
    spoil?.(scenario);
    if (fault !== undefined) scenario.fly.faults.push(fault(token));
    const step = { uses: './stop', with: { timeout: '4s', ...inputs, machines: WEB, ...more } };
    expect(await run(step)).toMatchObject({ conclusion: 'failure' });
    expect(search.files(scenario.job)).toEqual([]);
  });
});

onOneNode('When a token is put into the wrong input', (open) => {
  it.each([
    ...['app', 'machines', 'region', 'state', 'metadata', 'exclude', 'limit', 'timeout', 'signal', 'api-url'],
    ...['third-party-credentials', 'summary', 'dry-run'],
  ])('tells none of it: %s', async (name) => {
    const scenario = await open(SECRETIVE);
    const { inputs, run, token } = secretJob(scenario);
    await run({ uses: './stop', with: { ...inputs, [name]: token } });
    expect(
      scenario.fly.requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/v1')),
    ).toEqual([]);
  });
});
