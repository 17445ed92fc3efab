import { caught } from '../../__tests__/support/caught.js';
import type { Credential } from '../../src/discharge/third-party/origins.js';
import { record } from '../record.js';
import { dischargeClient, type FetchedDischarges } from './discharge.js';
import { type GoThirdParty, startGoThirdParty, type Wish } from './go-third-party.js';

// The program is built first.
jest.setTimeout(300_000);

const LOGIN = (url: string): Credential => ({ origin: url, authorization: 'Bearer let-me-in' });
let go: GoThirdParty;
let cases = 0;

beforeAll(async () => {
  go = await startGoThirdParty();
});
afterAll(async () => {
  await go.stop();
  record({
    compared: 'the discharge client, all flows',
    against: 'superfly/macaroon/tp v0.3.0',
    cases,
    result: 'agree',
  });
});

async function fetched(wish: Wish, credentials: readonly Credential[] = []): Promise<FetchedDischarges> {
  cases += 1;
  const client = dischargeClient(credentials);
  try {
    return await client.fetchAll(await go.mint(wish));
  } finally {
    client.close();
  }
}

describe("when Fly's own third party gives a discharge", () => {
  const start = (flow: string) => `POST /${flow}/v1/.well-known/macfly/3p 201`;
  const poll = (flow: string, status: number) => `GET /${flow}/v1/.well-known/macfly/3p/poll/… ${status}`;

  it.each<[string, string[], number[]]>([
    ['immediate', [start('immediate')], []],
    ['endless', [start('endless')], []],
    ['ready', [start('ready'), poll('ready', 200)], []],
    ['poll', [start('poll'), poll('poll', 202), poll('poll', 202), poll('poll', 200)], [1_000, 2_000]],
    [
      'relative',
      [start('relative'), poll('relative', 202), poll('relative', 202), poll('relative', 200)],
      [1_000, 2_000],
    ],
  ])("the bundle verifies by Fly's own code: %s", async (flow, asked, pauses) => {
    const done = await fetched({ flows: [flow], user: 7 });
    expect(done.asked).toEqual(asked);
    expect(done.pauses).toEqual(pauses);
    const { verified, missing, refused } = await go.verify(done.header);
    expect({ missing, refused }).toEqual({ missing: 0, refused: '' });
    // The attestation counts only when ticket, key and discharge are all the third party's own.
    expect(verified.map((set) => set.map(({ type }) => type))).toEqual([
      ['Organization', ...(flow === 'endless' ? [] : ['ValidityWindow']), 'FlyioUserID'],
    ]);
  });

  it('shows it the credential of its origin', async () => {
    const { header } = await fetched({ flows: ['login'] }, [LOGIN(go.url)]);
    expect(await go.verify(header)).toMatchObject({ missing: 0, refused: '' });
  });

  it('discharges several third parties and tokens at once', async () => {
    const tokens = [
      await go.mint({ flows: ['immediate', 'poll', 'relative'] }),
      await go.mint({ flows: ['ready'] }),
      await go.mint({ flows: [] }),
    ];
    const client = dischargeClient();
    const { header } = await client.fetchAll(tokens.map((it) => it.replace('FlyV1 ', '')).join());
    client.close();
    cases += 1;
    const { verified, missing, refused } = await go.verify(`FlyV1 ${header}`);
    expect(verified).toHaveLength(3);
    expect({ missing, refused }).toEqual({ missing: 0, refused: '' });
  });

  it('needs every one of them', async () => {
    const token = await go.mint({ flows: ['immediate', 'poll'] });
    expect(await go.verify(token)).toMatchObject({
      verified: [],
      missing: 2,
      refused: expect.stringContaining('no matching discharge token'),
    });
  });
});

describe("when Fly's own third party gives no discharge", () => {
  const refused = { class: 'third party refused' };

  it.each<[string, object]>([
    ['refused', { status: 403, message: expect.stringMatching(/answered 403: no session for this ticket$/) }],
    ['login', { status: 401, message: expect.stringMatching(/answered 401: log in first$/) }],
    ['aborted', { status: 200, message: expect.stringMatching(/answered 200: user rejected approval$/) }],
    ['forgotten', { status: 404, message: expect.stringMatching(/answered 404: not found$/) }],
    ['user-interactive', { message: expect.stringMatching(/it wants a person to log in$/) }],
  ])('says what came back: %s', async (flow, error) => {
    const failure = await caught(fetched({ flows: [flow] }));
    expect(failure).toMatchObject({ ...refused, ...error });
    expect(failure).toMatchObject({ message: expect.stringContaining(`${go.url}/${flow}/v1: `) });
  });

  it('does not show a credential to another origin', async () => {
    const failure = await caught(fetched({ flows: ['login'] }, [LOGIN('http://127.0.0.1:1')]));
    expect(failure).toMatchObject({ ...refused, status: 401 });
  });

  it('says that another person must log in', async () => {
    expect(await caught(fetched({ flows: ['immediate'], user: 8 }))).toMatchObject({
      ...refused,
      status: 403,
      message: expect.stringContaining('must authenticate with Fly.io account 8'),
    });
  });

  it('asks again before it gives up on a ticket that does not open', async () => {
    const client = dischargeClient();
    cases += 1;
    const failure = await caught(client.fetchAll(await go.mint({ flows: ['immediate'], unreadable: true })));
    client.close();
    expect(failure).toMatchObject({ class: 'missing discharge', status: 500 });
    // The client tries for half a minute, because a third party may recover; the number of tries depends on how
    // fast it answers.
    expect(client.asked.length).toBeGreaterThan(3);
    expect(new Set(client.asked)).toEqual(new Set(['POST /immediate/v1/.well-known/macfly/3p 500']));
  });

  it.each(['expired', 'late-expired'])('leaves the age of a discharge to its caller: %s', async (flow) => {
    const { header } = await fetched({ flows: [flow] });
    const { verified, refused: reason } = await go.verify(header);
    expect(verified).toHaveLength(1);
    expect(reason).toContain('token only valid until');
  });
});
