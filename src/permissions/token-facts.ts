import type { ActionError } from '../errors.js';
import type { Bundle, Ticket, Token } from '../macaroon/bundle.js';
import type { TokenScope } from '../macaroon/scope-words.js';

/** What a token is inspected with. */
export interface TokenFacts {
  /** With the discharges that are at hand. */
  readonly bundle: Bundle;
  /** Why there is no discharge for a ticket, where one was asked for. */
  readonly failureOf: (ticket: Ticket) => ActionError | undefined;
  /** Unix milliseconds. */
  readonly now: number;
  /** Likewise; undefined when it can't be used. */
  readonly usableUntil: number | undefined;
  /** The one app that the job is about; undefined where there are none, or several. */
  readonly app: string | undefined;
  /** When the token that a session's is a copy of ends, in Unix milliseconds; undefined where it is no copy. */
  readonly originalEnd: number | undefined;
}

/** A permission token and what it is about. */
export interface ScopedToken {
  readonly token: Token;
  readonly scope: TokenScope;
}
