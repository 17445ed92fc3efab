import { flyTransport } from '../../__tests__/support/fakes/fly-transport.js';
import { createFly } from '../../emulator/fly.js';
import type { AppSpec } from '../../emulator/machines/build.js';
import { seededRandom } from '../../emulator/random.js';
import { createVirtualClock } from '../../emulator/virtual-clock.js';
import type { Clock } from '../../src/clock.js';
import { Deadline } from '../../src/deadline.js';
import { fetchDischarge } from '../../src/discharge/third-party/client.js';
import { fetchOidcToken } from '../../src/discharge/third-party/oidc-token.js';
import { parseCredential } from '../../src/discharge/third-party/origins.js';
import type { HttpResponse, Transport } from '../../src/http/transport.js';
import { parseBundle, type Ticket, ticketKey, ticketsOf } from '../../src/macaroon/bundle.js';
import { MachinesClient } from '../../src/machines/api/client.js';
import { TRANSITIONS } from '../../src/machines/transitions.js';
import { Prometheus } from '../../src/metrics/prometheus.js';
import type { Dice } from '../dice.js';
import { expect, outcomeOf } from '../expect.js';
import { spoilAnswer } from '../hostile-transport.js';
import type { Kind } from './kind.js';

const APP = 'my-app';
const ORG = 'my-org';
const ID = 'd8910000000001';
const API = new URL('https://api.machines.dev');
const PARTY = 'https://id.example';
const CREDENTIAL = 'T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';
const NONCE = 'Xc5Vb7nM2Qw8Er4Ty6Ui0Op1As3Df9Gh';
const TIME_LIMIT_MS = 120_000;

export const RICH_APPS: readonly AppSpec[] = [
  {
    name: APP,
    machines: [
      { id: ID, name: 'worker-1', processGroup: 'worker', metadata: { team: 'a' }, state: 'started' },
      { id: 'd8910000000002', state: 'stopped', cordoned: true, config: { schedule: 'hourly' } },
      {
        id: 'e2860000000001',
        config: {
          checks: { up: { type: 'http' } },
          services: [{ autostop: 'suspend', autostart: true, checks: [{ type: 'tcp' }] }],
          stop_config: { timeout: '30s' },
          standbys: [ID],
        },
      },
    ],
  },
  { name: 'other-app', machines: [{ id: 'f0000000000001', state: 'suspended' }] },
];

interface Tools {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A request to a server, by the call that sends it; resolves to the value read from the answer. */
type Question = (tools: Tools) => Promise<unknown>;

const clock = createVirtualClock();
const fly = createFly({
  clock,
  random: seededRandom(3),
  apps: RICH_APPS,
  settings: { metricsAccess: 'allowed' },
});
fly.origin = PARTY;
const bare = fly.mintToken({ app: APP });
const token = fly.dischargeToken(bare);
const ticket = onlyTicket();
const { ACTIONS_ID_TOKEN_REQUEST_TOKEN } = fly.github;
const secrets = [
  ...token.replace('FlyV1 ', '').split(','),
  ...[CREDENTIAL, NONCE, ticketKey(ticket.ticket), ACTIONS_ID_TOKEN_REQUEST_TOKEN],
];

function onlyTicket(): Ticket {
  const [first] = parseBundle(bare).permissions.flatMap(ticketsOf);
  if (first === undefined) throw new Error('the token needs no discharge');
  return first;
}

const client = ({ transport, clock: time }: Tools) =>
  new MachinesClient({
    apiUrl: API,
    transport,
    clock: time,
    maxConcurrent: 20,
    tokens: { header: async () => token, renew: async () => token },
    jitter: () => 0,
    debug: () => undefined,
  });
const machine = { app: APP, id: ID };
const sent = { nonce: NONCE };

const MACHINES: Readonly<Record<string, Question>> = {
  list: (tools) => client(tools).list(APP, tools.signal, { leases: true }),
  get: (tools) => client(tools).get(machine, tools.signal),
  start: (tools) => client(tools).change(TRANSITIONS.start.call(machine, {}), tools.signal),
  stop: (tools) => client(tools).change(TRANSITIONS.stop.call(machine, sent), tools.signal),
  suspend: (tools) => client(tools).change(TRANSITIONS.suspend.call(machine, sent), tools.signal),
  restart: (tools) => client(tools).change(TRANSITIONS.restart.call(machine, sent), tools.signal),
  cordon: (tools) => client(tools).change(TRANSITIONS.cordon.call(machine, sent), tools.signal),
  exec: (tools) => client(tools).exec(machine, { command: ['env'], timeout: 5_000, ...sent }, tools.signal),
  wait: (tools) =>
    client(tools).wait(machine, { states: ['started'], version: undefined, seconds: 60 }, tools.signal),
  acquire: (tools) => client(tools).acquireLease(machine, { ttl: 60, description: 'x' }, tools.signal),
  refresh: (tools) => client(tools).refreshLease(machine, NONCE, 60, tools.signal),
  release: (tools) => client(tools).releaseLease(machine, NONCE, tools.signal),
  lease: (tools) => client(tools).currentLease(machine, tools.signal),
  metadata: (tools) =>
    client(tools).setMetadata(machine, { key: 'a', value: 'b', nonce: undefined }, tools.signal),
  organization: (tools) => client(tools).orgOf(APP, tools.signal),
  apps: (tools) => client(tools).appsOf(ORG, tools.signal),
  numbers: (tools) => client(tools).numbersOf(APP, tools.signal),
  authorize: (tools) => client(tools).authorize(token, { app: APP, letters: 'rC' }, tools.signal),
  machines: (tools) => client(tools).machinesOf(ORG, { limit: 1_000 }, tools.signal),
};

const NOON = Date.UTC(2025, 0, 15, 12);

const METRICS: Readonly<Record<string, Question>> = {
  range: ({ transport, clock: time, signal }) =>
    new Prometheus({
      url: new URL('/prometheus/my-org/', API),
      transport,
      clock: time,
      tokens: { header: async () => token, renew: async () => token },
      jitter: () => 0,
      debug: () => undefined,
    }).range(
      `sum by (instance) (rate(fly_instance_net_sent_bytes{app="${APP}"}[5m]))`,
      { start: NOON - 600_000, end: NOON, stepMs: 60_000 },
      signal,
    ),
};

type FetchOptions = Parameters<typeof fetchDischarge>[0];

/**
 * Hands the ticket in. Checks that it goes to its third party alone, and that the result is the discharge of
 * just this ticket.
 */
async function discharge(
  { transport, clock: time, signal }: Tools,
  line: string,
  more: Partial<FetchOptions> = {},
): Promise<unknown> {
  const confined: Transport = (request) => {
    expect(request.url.origin === PARTY, () => `a ticket goes to ${request.url.origin}`);
    return transport(request);
  };
  const credentials = [parseCredential(`${PARTY}: ${line}`)];
  const apiUrl = new URL('https://api.machines.dev');
  const tools = { transport: confined, clock: time, jitter: () => 0, credentials, apiUrl, ...more };
  const { macaroon } = await fetchDischarge(tools, ticket, signal);
  const isOurs = Buffer.compare(macaroon.nonce.kid, ticket.ticket) === 0;
  expect(isOurs, () => 'the step accepts a discharge of another ticket');
  return macaroon;
}

const THIRD_PARTY: Readonly<Record<string, Question>> = {
  polled: (tools) => {
    fly.settings.aaa.behaviour = 'poll';
    return discharge(tools, CREDENTIAL);
  },
  approved: (tools) => {
    fly.settings.aaa.behaviour = 'user-interactive';
    const ask = (url: URL) => {
      const isSafe = url.protocol === 'https:' && url.username === '' && url.password === '';
      expect(isSafe, () => `a person is sent to ${url.href}`);
    };
    return discharge(tools, CREDENTIAL, { approval: { ask, signal: tools.signal } });
  },
  oidc: async (tools) => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = fly.github;
    const source = { url: new URL(url), token: requestToken };
    const asking = { ...tools, source, jitter: () => 0, onSecret: () => undefined };
    const got = await fetchOidcToken(asking, PARTY, tools.signal);
    expect(/^[\x21-\x7e]+$/.test(got), () => 'no header can hold the OIDC token');
    return got;
  },
};

const recorded = new Map<Question, readonly HttpResponse[]>();

/** Records Fly's own answers to a question, in their order. */
async function answersTo(question: Question): Promise<readonly HttpResponse[]> {
  const known = recorded.get(question);
  if (known !== undefined) return known;
  const answers: HttpResponse[] = [];
  const inner = flyTransport(fly);
  const transport: Transport = async (request) => {
    const answer = await inner(request);
    answers.push(answer);
    return answer;
  };
  const { signal } = new AbortController();
  // A refusal counts as an answer, too, for example that of a missing lease.
  await clock.run(question({ transport, clock, signal })).catch(() => undefined);
  expect(answers.length > 0, () => 'a question sent no request');
  recorded.set(question, answers);
  return answers;
}

function makeAnswersKind(name: string, share: number, questions: Readonly<Record<string, Question>>): Kind {
  return {
    name,
    share,
    async run(dice) {
      const question = dice.pick(Object.values(questions));
      const answers = await answersTo(question);
      await ask(dice, question, answers);
    },
  };
}

/** Asks a question; each answer is a damaged one of those recorded or, now and then, a good one. */
async function ask(dice: Dice, question: Question, answers: readonly HttpResponse[]): Promise<void> {
  const time = createVirtualClock(NOON);
  const deadline = new Deadline(time, new AbortController().signal, TIME_LIMIT_MS);
  let asked = 0;
  const transport: Transport = async (request) => {
    request.signal.throwIfAborted();
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    expect(asked < 1_000, () => 'the question sends requests without end');
    expect(answer !== undefined, () => 'nothing was recorded');
    return dice.chance(0.2) ? answer : spoilAnswer(dice, answer, request);
  };
  try {
    await outcomeOf(time.run(question({ transport, clock: time, signal: deadline.signal })), secrets);
  } finally {
    deadline.end();
  }
}

/** Kind: answers of the Machines API, namely lists, machines, apps, leases, changes, waits, commands. */
export const machinesKind = makeAnswersKind('machines-api', 250, MACHINES);
/** Kind: answers of Fly's metrics. */
export const metricsKind = makeAnswersKind('metrics', 60, METRICS);
/** Kind: answers of a third party, polls and redirects included. */
export const thirdPartyKind = makeAnswersKind('third-party', 100, THIRD_PARTY);
