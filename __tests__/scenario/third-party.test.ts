import type { FaultRule } from '../../emulator/faults.js';
import type { GivenSettings } from '../../emulator/settings.js';
import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';

type Party = NonNullable<GivenSettings['aaa']>;

const auth = ({ job, fly }: Scenario, inputs: Readonly<Record<string, string>> = {}) =>
  job.step({ uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP, ...inputs } });

const REFUSALS: readonly { what: string; aaa: Party; error: RegExp }[] = [
  {
    what: 'it refuses with 401',
    aaa: { behaviour: 'refuse', status: '401' },
    error: /answered 401: no session for this ticket\. It is Fly's own and wants a login/,
  },
  {
    what: 'it refuses with 403',
    aaa: { behaviour: 'refuse', status: '403' },
    error: /answered 403: no session for this ticket\. It is Fly's own and wants a login/,
  },
  {
    what: 'it wants a person',
    aaa: { behaviour: 'user-interactive' },
    error: /wants a person to log in\. Give `approve: true`/,
  },
  {
    what: 'a page of HTML',
    aaa: { behaviour: 'garbage' },
    error: /answer \(201\) is not the JSON that was expected/,
  },
  {
    what: 'nothing',
    aaa: { behaviour: 'empty' },
    error: /holds neither a discharge nor a place to ask for one/,
  },
  {
    what: 'one that is over',
    aaa: { behaviour: 'expired' },
    error: /its discharge ended at \d{4}-.*Z already/,
  },
  {
    what: 'one for another',
    aaa: { behaviour: 'wrong-ticket' },
    error: /its discharge is for another ticket/,
  },
  {
    what: 'no end',
    aaa: { behaviour: 'huge', hugeBytes: 1_000_000 },
    error: /answer is larger than 262144 bytes/,
  },
  {
    what: 'it leads elsewhere',
    aaa: { behaviour: 'redirect' },
    error: /its redirect leads to another origin/,
  },
  {
    what: 'a poll elsewhere',
    aaa: { behaviour: 'poll', pollUrl: 'foreign' },
    error: /poll URL leads to another origin/,
  },
  {
    what: 'it refuses a poll',
    aaa: { behaviour: 'poll', polls: 0, pollResult: 'refusal' },
    error: /answered 200: no session for this ticket/,
  },
];

const FAULTS: readonly { fault: FaultRule['fault']; error: RegExp }[] = [
  { fault: 'hang', error: /^timeout: .*: not done within 4 s\. The third party seems to be slow/ },
  { fault: 'drip', error: /^timeout: .*: not done within 4 s\. The third party seems to be slow/ },
  { fault: 'cut', error: /^(timeout|missing discharge): .*(the connection was cut|not done within 4 s)/ },
];

onOneNode("When the token's third party gives no discharge", (open) => {
  const refused = sideBySide(REFUSALS, async ({ aaa }) => {
    const scenario = await open({ settings: { aaa } });
    return { ...scenario, result: await auth(scenario) };
  });
  const broken = sideBySide(FAULTS, async ({ fault }) => {
    const scenario = await open({ faults: [{ path: '/aaa', fault }] });
    return { ...scenario, result: await auth(scenario, { timeout: '4s' }) };
  });

  it.each(REFUSALS)('fails auth, names the third party and opens no session: $what', async (row) => {
    const { result, url, job, fly, arrivals } = await refused(row);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '', state: {} });
    expect(said(result, 'error')).toEqual([expect.stringMatching(row.error)]);
    expect(said(result, 'error')[0]).toContain(`No discharge for the token: ${url}/aaa/v1: `);
    expect(sessionFiles(job)).toEqual([]);
    expect(fly.requests.length).toBeLessThanOrEqual(4);
    expect(arrivals.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });

  it.each(FAULTS)('fails at the deadline at the latest: $fault', async (row) => {
    const { result, url } = await broken(row);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '', state: {} });
    expect(said(result, 'error')).toEqual([expect.stringMatching(row.error)]);
    expect(said(result, 'error')[0]).toContain(`No discharge for the token: ${url}/aaa/v1: `);
  });
});
