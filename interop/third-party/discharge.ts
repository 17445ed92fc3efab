import { steppingClock } from '../../__tests__/support/fakes/stepping-clock.js';
import { fetchDischarge } from '../../src/discharge/third-party/client.js';
import type { Credential } from '../../src/discharge/third-party/origins.js';
import { nodeTransport } from '../../src/http/node-transport.js';
import { parseBundle, ticketsOf } from '../../src/macaroon/bundle.js';

/** Result of fetching a token's discharges. */
export interface FetchedDischarges {
  /** The bundle with its new discharges, as an Authorization header. */
  readonly header: string;
  /** Requests with their statuses, such as `POST /poll/v1/… 201`, in order and without secrets. */
  readonly asked: readonly string[];
  /** The client's pauses, in milliseconds, which took no time. */
  readonly pauses: readonly number[];
}

/** Creates a discharge client on the real transport, whose pauses take no time. */
export function dischargeClient(credentials: readonly Credential[] = []) {
  const node = nodeTransport('interop');
  const asked: string[] = [];
  const { pauses, ...clock } = steppingClock();
  const transport: typeof node = Object.assign(
    async (request: Parameters<typeof node>[0]) => {
      const response = await node(request);
      const path = request.url.pathname.replace(/\/poll\/[0-9a-f]{32}$/, '/poll/…');
      asked.push(`${request.method} ${path} ${response.status}`);
      return response;
    },
    { close: node.close },
  );
  const tools = { transport, clock, jitter: () => 0.5, credentials, apiUrl: new URL('http://127.0.0.1') };
  return {
    asked,
    pauses,
    /** Fetches all discharges of a token in parallel; rejects with the first failure. */
    async fetchAll(token: string): Promise<FetchedDischarges> {
      const tickets = parseBundle(token).permissions.flatMap(ticketsOf);
      const signal = new AbortController().signal;
      const discharges = await Promise.all(tickets.map((ticket) => fetchDischarge(tools, ticket, signal)));
      return { header: [token, ...discharges.map(({ text }) => text)].join(), asked, pauses };
    },
    close: node.close,
  };
}
