import { createVirtualClock, type VirtualClock } from '../../../../emulator/virtual-clock.js';
import { fetchDischarge, type ThirdPartyTools } from '../../../../src/discharge/third-party/client.js';
import type { Credential } from '../../../../src/discharge/third-party/origins.js';
import type { HttpRequest } from '../../../../src/http/transport.js';
import { type Ticket, type Token, ticketKey, tokenText } from '../../../../src/macaroon/bundle.js';
import { caught } from '../../../support/caught.js';
import { type Scripted, scripted } from '../../../support/fakes/scripted-transport.js';
import { discharge, permission, ticketIn, withThirdParty } from '../../../support/tokens/tokens.js';

export const LOCATION = 'https://id.example/aaa/v1';
export const INIT = `${LOCATION}/.well-known/macfly/3p`;

/** The ticket that is handed in, and what it should come to. */
export const TICKET = ticketIn(withThirdParty(permission(), LOCATION));
export const TICKET_TEXT = ticketKey(TICKET);
export const GOOD = tokenText(discharge(TICKET));
export const OTHER = tokenText(discharge(ticketIn(withThirdParty(permission(), LOCATION))));

export const CREDENTIAL = {
  origin: 'https://id.example',
  authorization: 'Bearer credential-of-the-third-party',
} as const satisfies Credential;

export interface ExchangeOptions extends Pick<ThirdPartyTools, 'oidcToken' | 'approval'> {
  /** Default: this machine's, so that its third parties may be there, too. */
  readonly apiUrl?: URL;
  /** Default: one of its own. */
  readonly clock?: VirtualClock;
  readonly location?: string;
  readonly credentials?: readonly Credential[];
  readonly signal?: AbortSignal;
  readonly onPause?: (ms: number) => void;
}

export interface Exchange {
  readonly requests: readonly HttpRequest[];
  /** `POST https://…`, in their order. */
  readonly asked: () => string[];
  readonly pauses: readonly number[];
  readonly done: Promise<Token>;
}

/** Hands the ticket in at a third party that answers by a script. */
export function exchange(script: readonly Scripted[], options: ExchangeOptions = {}): Exchange {
  const { location = LOCATION, credentials = [], signal = new AbortController().signal, onPause } = options;
  const {
    clock = createVirtualClock(),
    oidcToken,
    approval,
    apiUrl = new URL('http://127.0.0.1:4280'),
  } = options;
  const pauses: number[] = [];
  const sleep = async (ms: number, until?: AbortSignal) => {
    onPause?.(ms);
    await clock.sleep(ms, until);
    pauses.push(ms);
  };
  const { transport, requests } = scripted(...script);
  const ticket: Ticket = { location, ticket: TICKET };
  const tools = {
    ...{ transport, clock: { now: clock.now, sleep }, jitter: () => 1, credentials, apiUrl },
    ...(oidcToken === undefined ? {} : { oidcToken }),
    approval,
  };
  const done = clock.run(fetchDischarge(tools, ticket, signal));
  done.catch(() => undefined); // Whoever looks at it later sees it all the same.
  return {
    requests,
    asked: () => requests.map(({ method, url }) => `${method} ${url.href}`),
    pauses,
    done,
  };
}

/** How the exchange failed, once it is sure that nothing secret shows in it. */
export async function failure({ done }: Pick<Exchange, 'done'>): Promise<unknown> {
  const error = await caught(done);
  for (let it = error; it instanceof Error; it = it.cause) {
    const shown = JSON.stringify([it.message, { ...it, cause: undefined }]);
    for (const secret of [TICKET_TEXT, encodeURIComponent(TICKET_TEXT), GOOD, CREDENTIAL.authorization]) {
      if (shown.includes(secret.slice(0, 40))) throw new Error('the error shows a secret', { cause: error });
    }
  }
  return error;
}
