import { ticketKey } from '../../src/macaroon/bundle.js';
import { record } from '../record.js';
import { Exchange, emulatorSide, goSide, type Side } from './exchange.js';
import { type GoThirdParty, startGoThirdParty } from './go-third-party.js';

jest.setTimeout(300_000);

type Script = (exchange: Exchange, side: Side) => Promise<unknown>;

/** Returns the `poll_url` and `user_url` of a person's flow. */
const person = async (exchange: Exchange) =>
  (await exchange.start())['user_interactive'] as { readonly poll_url: string; readonly user_url: string };

const poll = (times: number): Script =>
  async function polling(exchange) {
    const { poll_url } = await exchange.start();
    for (let i = 0; i < times; i += 1) await exchange.get(poll_url);
  };

const unpadded = (side: Side) => {
  const text = ticketKey(side.ticket.ticket);
  if (!text.endsWith('=')) throw new Error('the ticket needs no padding');
  return text.replace(/=+$/, '');
};

const SCRIPTS: readonly (readonly [string, string, Script])[] = [
  ['a ticket that is answered at once', 'immediate', (it) => it.start()],
  ['the same ticket twice', 'immediate', async (it) => [await it.start(), await it.start()]],
  ['a refusal', 'refused', (it) => it.start()],
  ['no JSON', 'immediate', (it) => it.start('<html>')],
  ['no ticket', 'immediate', (it) => it.start('{}')],
  ['a ticket of another type', 'immediate', (it) => it.start('{"ticket":5}')],
  ['a ticket that does not open', 'immediate', (it) => it.start('{"ticket":"AAAA"}')],
  ['a ticket that does not open, refused', 'refused', (it) => it.start('{"ticket":"AAAA"}')],
  ['a ticket that does not open, to be polled for', 'poll', (it) => it.start('{"ticket":"AAAA"}')],
  ['a ticket that is not base64', 'immediate', (it) => it.start('{"ticket":"????"}')],
  [
    'a ticket without its padding',
    'immediate',
    (it, side) => it.start(JSON.stringify({ ticket: unpadded(side) })),
  ],
  [
    'a ticket in the alphabet of URLs',
    'immediate',
    (it, side) => it.start(JSON.stringify({ ticket: `-_${ticketKey(side.ticket.ticket).slice(2)}` })),
  ],
  ['a poll until it is gone', 'poll', poll(4)],
  ['a poll at a relative URL', 'relative', poll(4)],
  ['a poll that is ready at once', 'ready', poll(2)],
  ['a poll that is refused', 'aborted', poll(3)],
  [
    'a poll that nobody started',
    'poll',
    (it, { ticket }) => it.get(`${ticket.location}/.well-known/macfly/3p/poll/abc`),
  ],
  [
    'a person who agrees',
    'user-interactive',
    async (it) => {
      const { poll_url, user_url } = await person(it);
      for (const url of [poll_url, poll_url, user_url, user_url, poll_url, poll_url, user_url])
        await it.get(url);
    },
  ],
  [
    "the secrets of a person's flow, the one for the other",
    'user-interactive',
    async (it) => {
      const { poll_url, user_url } = await person(it);
      const [pollSecret, userSecret] = [poll_url, user_url].map((url) => url.slice(url.lastIndexOf('/') + 1));
      await it.get(poll_url.replace(`${pollSecret}`, `${userSecret}`));
      await it.get(user_url.replace(`${userSecret}`, `${pollSecret}`));
    },
  ],
  [
    'a person whom nobody sent',
    'user-interactive',
    (it, { ticket }) => it.get(`${ticket.location}/user/abc`),
  ],
];

let go: GoThirdParty;
beforeAll(async () => {
  go = await startGoThirdParty();
});
afterAll(async () => {
  await go.stop();
  record({
    compared: "the emulator's third parties, answer by answer",
    against: 'superfly/macaroon/tp v0.3.0',
    cases: SCRIPTS.length,
    result: 'agree',
  });
});

async function shapes(side: Side, script: Script) {
  try {
    const exchange = new Exchange(side);
    await script(exchange, side);
    return exchange.shapes;
  } finally {
    await side.close();
  }
}

describe("when the emulator's third party is asked what Fly's own is asked", () => {
  it.each(SCRIPTS)('answers the same to %s', async (_, flow, script) => {
    const theirs = await shapes(await goSide(go, flow), script);
    expect(theirs.length).toBeGreaterThan(0);
    // For that reason the discharge client keeps no cookies.
    expect(theirs.filter(({ setsCookie }) => setsCookie)).toEqual([]);
    expect(await shapes(await emulatorSide(flow), script)).toEqual(theirs);
  });
});
