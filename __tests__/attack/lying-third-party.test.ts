import { tokenText } from '../../src/macaroon/bundle.js';
import { mint } from '../../src/macaroon/mint.js';
import { listen, type TestServer } from '../support/fakes/http-server.js';
import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';
import { random, window } from '../support/tokens/tokens.js';

const CREDENTIAL = 'T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';
/** In Unix seconds. */
const FAR = 4_000_000_000;

/** A discharge in form, under a key of nobody's: who doesn't know the ticket's makes no better one. */
function forged(kid: Uint8Array, to = FAR): string {
  const nonce = { kid, rnd: random(16), proof: true };
  const caveats = [window(0, to)];
  return tokenText(mint({ nonce, location: 'https://id.example', key: random(32), caveats }));
}

interface Lie {
  readonly what: string;
  /** What is answered to a ticket; `elsewhere` is another server of the attacker's, without a slash at its end. */
  readonly answer: (ticket: Buffer, elsewhere: string) => object | string;
  readonly error: RegExp;
}

const FOREIGN = /its (poll URL|redirect) leads to another origin/;
const UNREADABLE = /its discharge can not be read/;
const poll = (of: (elsewhere: string) => string) => (_: Buffer, elsewhere: string) => ({
  poll_url: of(elsewhere),
});

const LIES: readonly Lie[] = [
  {
    what: 'a discharge for another ticket',
    answer: (ticket) => ({ discharge: forged(Buffer.alloc(ticket.length, 1)) }),
    error: /its discharge is for another ticket/,
  },
  {
    what: 'a discharge for the beginning of the ticket',
    answer: (ticket) => ({ discharge: forged(ticket.subarray(0, -1)) }),
    error: /its discharge is for another ticket/,
  },
  {
    what: 'a discharge that is over',
    answer: (ticket) => ({ discharge: forged(ticket, 1_000) }),
    error: /its discharge ended at 1970-/,
  },
  {
    what: 'a discharge that is cut off',
    answer: (ticket) => ({ discharge: forged(ticket).slice(0, -8) }),
    error: UNREADABLE,
  },
  {
    what: 'two discharges',
    answer: (ticket) => ({ discharge: `${forged(ticket)},${forged(ticket)}` }),
    error: UNREADABLE,
  },
  {
    what: 'a discharge with a header behind it',
    answer: (ticket) => ({ discharge: `${forged(ticket)}\r\nX-Evil: 1` }),
    error: UNREADABLE,
  },
  {
    what: 'a discharge with a scheme of another token',
    answer: (ticket) => ({ discharge: `Bearer fo1_x,${forged(ticket)}` }),
    error: UNREADABLE,
  },
  { what: 'a discharge that is a number', answer: () => ({ discharge: 7 }), error: /is not the JSON/ },
  { what: 'a JSON bomb', answer: () => '['.repeat(200_000), error: /is not the JSON that was expected/ },
  {
    what: 'an error that is a command',
    answer: (ticket) => ({ error: `\n::error::pwned\n##[group]${ticket.toString('base64')}` }),
    error: /: it answered 200: ::error::pwned ## \[group\]\[…\]/,
  },
  { what: 'a poll of another host', answer: poll((url) => `${url}/poll`), error: FOREIGN },
  { what: 'a poll of another host, of the same scheme', answer: poll((url) => url.slice(5)), error: FOREIGN },
  {
    what: 'a poll of another host, with its own name in front',
    answer: poll((url) => url.replace('//', '//127.0.0.1@')),
    error: FOREIGN,
  },
  {
    what: 'a poll of another host, by backslashes',
    answer: poll((url) => url.slice(5).replaceAll('/', '\\')),
    error: FOREIGN,
  },
  { what: 'a poll of a file', answer: poll(() => 'file:///etc/passwd'), error: FOREIGN },
  { what: 'a poll that is data', answer: poll(() => 'data:application/json,{}'), error: FOREIGN },
  {
    what: 'a person who is to poll another host',
    answer: (_, url) => ({ user_interactive: { user_url: `${url}/user`, poll_url: `${url}/poll` } }),
    error: /it wants a person to log in/,
  },
];

onOneNode('When a third party lies', (open) => {
  let elsewhere: TestServer;
  beforeAll(async () => {
    elsewhere = await listen((_, response) => response.end('{}'));
  });
  afterAll(() => elsewhere.close());

  const told = sideBySide(LIES, async ({ answer }) => {
    const party = await listen((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        const { ticket } = JSON.parse(body) as { ticket: string }; // As every ticket is handed in.
        const answered = answer(Buffer.from(ticket, 'base64'), elsewhere.url.origin);
        response.end(typeof answered === 'string' ? answered : JSON.stringify(answered));
      });
    });
    const scenario = await open();
    const token = scenario.fly.mintToken({ app: APP, thirdParty: `${party.url.href}own` });
    const credentials = `${party.url.origin}: Basic ${CREDENTIAL}`;
    const inputs = { token, app: APP, 'third-party-credentials': credentials, timeout: '20s' };
    const result = await scenario.job.step({ uses: './auth', with: inputs });
    await party.close();
    return { ...scenario, result };
  });

  it.each(LIES)('fails the step, and nothing goes anywhere: $what', async (row) => {
    const { result, job, arrivals } = await told(row);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '', state: {} });
    expect(said(result, 'error')).toEqual([expect.stringMatching(row.error)]);
    expect(said(result, 'error')[0]).toMatch(/^third party refused: No discharge for the token: /);
    expect(result.commands.map(({ name }) => name).filter((name) => name !== 'add-mask')).toEqual(['error']);
    expect(elsewhere.connections()).toBe(0);
    expect(arrivals.filter(({ path }) => path.startsWith('/v1'))).toEqual([]);
    expect(sessionFiles(job)).toEqual([]);
  });
});
