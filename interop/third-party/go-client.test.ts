import { record } from '../record.js';
import { dischargeClient } from './discharge.js';
import { emulatorSide, goSide, type Side } from './exchange.js';
import { type GoThirdParty, startGoThirdParty } from './go-third-party.js';

jest.setTimeout(300_000);

let go: GoThirdParty;
let cases = 0;
beforeAll(async () => {
  go = await startGoThirdParty();
});
afterAll(async () => {
  await go.stop();
  record({
    compared: "the emulator's third parties, through Fly's own client",
    against: 'superfly/macaroon/tp v0.3.0',
    cases,
    result: 'agree',
  });
});

async function withSide<T>(side: Promise<Side>, work: (side: Side) => Promise<T>): Promise<T> {
  const open = await side;
  cases += 1;
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}

describe("when Fly's own client is sent to the emulator's third party", () => {
  it.each(['immediate', 'poll', 'ready', 'user-interactive'])(
    'gets a discharge that is accepted there: %s',
    async (flow) => {
      await withSide(emulatorSide(flow), async (side) => {
        expect(await side.read(side.token)).toBe(401);
        const { token, error } = await go.discharge(side.token);
        expect(error).toBe('');
        expect(await side.read(token)).toBe(200);
      });
    },
  );

  it.each(['refused', 'aborted'])("hears what it hears from Fly's own: %s", async (flow) => {
    const errors = await Promise.all(
      [goSide(go, flow), emulatorSide(flow)].map((side) =>
        withSide(side, async ({ token }) => (await go.discharge(token)).error),
      ),
    );
    expect(errors[0]).toMatch(/^tp error \((403|200)\): /);
    expect(errors[1]).toBe(errors[0]);
  });
});

it("gives a bundle that is worth the same as Fly's own client's", async () => {
  await withSide(goSide(go, 'poll'), async ({ token }) => {
    const client = dischargeClient();
    const ours = await client.fetchAll(token);
    client.close();
    const theirs = await go.discharge(token);
    const verdicts = await Promise.all([ours.header, theirs.token].map((header) => go.verify(header)));
    const worth = verdicts.map(({ verified, ...rest }) => ({
      ...rest,
      types: verified.map((set) => set.map(({ type }) => type)),
    }));
    expect(worth[0]).toMatchObject({ missing: 0, refused: '' });
    expect(worth[0]).toEqual(worth[1]);
  });
});
