import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';
import type { TokenSource } from '../../../src/http/authorized.js';
import type { HttpRequest, HttpResponse, Transport } from '../../../src/http/transport.js';
import { MachinesClient } from '../../../src/machines/api/client.js';
import { untilAborted } from './fly-transport.js';

/** What the next request gets: an answer, an error of the connection, or nothing ever. */
export type Scripted = HttpResponse | Error | 'hang';

/** A transport that answers by a script, and fails the test that asks once too often. */
export function scripted(...script: readonly Scripted[]): { transport: Transport; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const transport: Transport = async (request) => {
    request.signal.throwIfAborted();
    const next = script[requests.length];
    requests.push(request);
    if (next === undefined) throw new Error(`request ${requests.length} is one too many`);
    if (next === 'hang') return untilAborted(request.signal);
    if (next instanceof Error) throw next;
    return next;
  };
  return { transport, requests };
}

/** An answer with a JSON body, or with the text as it is. */
export function answer(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** A client before a script, in virtual time. */
export interface ScriptedClient {
  readonly client: MachinesClient;
  readonly requests: HttpRequest[];
  readonly clock: VirtualClock;
  /** The headers that it asked to have renewed. */
  readonly renewals: string[];
  /** What was asked: `POST a1/start`, `GET /v1/orgs/my-org/machines?limit=1`. */
  readonly asked: () => string[];
}

/** Creates the client; `renewed` is what the token becomes after a 401. */
export function scriptedClient(
  script: readonly Scripted[],
  { renewed, header = 'FlyV1 old' }: { renewed?: string | Error; header?: string } = {},
): ScriptedClient {
  const clock = createVirtualClock();
  const { transport, requests } = scripted(...script);
  const renewals: string[] = [];
  const tokens: TokenSource = {
    header: async () => header,
    renew: async (refused) => {
      renewals.push(refused);
      if (renewed instanceof Error) throw renewed;
      return renewed;
    },
  };
  const apiUrl = new URL('https://api.machines.dev');
  const effects = { transport, clock, jitter: () => 0, debug: () => undefined };
  const client = new MachinesClient({ apiUrl, tokens, maxConcurrent: 20, ...effects });
  const asked = () =>
    requests.map(
      ({ method, url }) =>
        `${method} ${(url.pathname + url.search).replace('/v1/apps/my-app/machines/', '')}`,
    );
  return { client, requests, clock, renewals, asked };
}
