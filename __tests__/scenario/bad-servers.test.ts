import type { FaultRule } from '../../emulator/faults.js';
import { onEachNode, sideBySide } from '../support/scenarios/nodes.js';
import { asked, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';

type Fault = FaultRule['fault'];

const LIST = `GET /v1/apps/${APP}/machines`;

const withToken = ({ fly }: Scenario, timeout = '5s') => ({
  token: fly.mintToken({ app: APP, withDischarge: true }),
  app: APP,
  timeout,
});

const requests = ({ fly }: Scenario) => asked(fly.requests).map((line) => line.replace(/\?\S+/, ''));

/** Before so much time has passed, a connection that breaks again and again isn't given up. */
const BRIEF = '2s';

const NONSENSE: readonly { what: string; fault: Fault; error: RegExp; timeout?: string }[] = [
  {
    what: 'a page of HTML',
    fault: 'garbage',
    error:
      /^Fly failure: list the machines of my-app: Fly's answer \(200\) makes no sense: it is not JSON \(req.* no proxy in/,
  },
  {
    what: 'JSON of another form',
    fault: { status: 200, body: { machines: [] } },
    error: /^Fly failure: .*no sense/,
  },
  { what: 'no id', fault: { status: 200, body: [{ state: 'started' }] }, error: /^Fly failure: .*no sense/ },
  { what: 'nothing', fault: { status: 200, body: '' }, error: /^Fly failure: .*no sense: it is not JSON/ },
  {
    what: 'a redirect',
    fault: { status: 302, headers: { location: 'https://elsewhere.example/' } },
    error: /^Fly failure: .*Fly answered 302/,
  },
  {
    what: 'it hangs',
    fault: 'hang',
    error: /^timeout: list the machines of my-app: not done within 5 s\. Give the/,
  },
  { what: 'it drips', fault: 'drip', error: /^timeout: list the machines of my-app: not done within 5 s/ },
  {
    what: 'it cuts the connection half way',
    fault: 'cut',
    error:
      /^timeout: list the machines of my-app: not done within 2 s; before that: .*the connection was cut/,
    timeout: BRIEF,
  },
  {
    what: 'it resets the connection',
    fault: 'reset',
    error: /^timeout: .*before that: .*ECONNRESET/,
    timeout: BRIEF,
  },
  {
    what: '500 for ever',
    fault: { status: 500 },
    error: /^timeout: .*before that: status 500/,
    timeout: BRIEF,
  },
  { what: '429 for ever', fault: { status: 429 }, error: /^rate limited: .*before that: status 429/ },
];

onEachNode('When the Machines API gives no answer that makes sense', (open) => {
  const listed = sideBySide(NONSENSE, async ({ fault, timeout }) => {
    const scenario = await open({ faults: [{ path: '/v1', fault, afterEffect: true }] });
    return scenario.job.step({ uses: './list', with: withToken(scenario, timeout) });
  });

  it.each(NONSENSE)('fails by the deadline, classed: $what', async (row) => {
    const result = await listed(row);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '', outputs: { count: '0' } });
    expect(said(result, 'error')).toEqual([expect.stringMatching(row.error)]);
  });

  it('fails where nobody listens, and says where that is', async () => {
    const scenario = await open();
    const inputs = { ...withToken(scenario, BRIEF), 'api-url': 'http://127.0.0.1:1' };
    const result = await scenario.job.step({ uses: './list', with: inputs });
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error')[0]).toMatch(
      /^timeout: .*before that: GET http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
    );
    expect(scenario.fly.requests).toEqual([]);
  });
});

onEachNode('When the Machines API recovers', (open) => {
  it.each<[string, Fault]>([
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['500', { status: 500 }],
    ['a cut connection', 'cut'],
  ])('lists after: %s', async (_, fault) => {
    const scenario = await open({ faults: [{ path: '/v1', fault, times: 1 }] });
    const result = await scenario.job.step({ uses: './list', with: withToken(scenario, '10s') });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '4' } });
    expect(scenario.fly.requests).toHaveLength(2);
  });

  it('answers a 401 with one refresh and one repeat', async () => {
    const scenario = await open({ faults: [{ path: '/v1', fault: { status: 401 }, times: 1 }] });
    const result = await scenario.job.step({ uses: './list', with: withToken(scenario) });
    expect(result.conclusion).toBe('success');
    expect(requests(scenario)).toEqual([
      `${LIST} 401`,
      'POST /aaa/v1/.well-known/macfly/3p 201',
      `${LIST} 200`,
    ]);
  });

  it('gives up after the second 401', async () => {
    const scenario = await open({ faults: [{ path: '/v1', fault: { status: 401, body: { error: 'no' } } }] });
    const result = await scenario.job.step({ uses: './list', with: withToken(scenario) });
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(/^unauthorized: .*Fly answered 401: no.*Is the token whole, not revoked/),
    ]);
    expect(scenario.fly.requests).toHaveLength(3);
  });
});
