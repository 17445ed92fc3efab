import type { ActionError } from '../errors.js';
import type { Bundle, Ticket, Token } from '../macaroon/bundle.js';
import type { TokenScope } from '../macaroon/scope-words.js';

/** Facts from which a token is inspected. */
export interface TokenFacts {
  /** Token's parts, with the discharges at hand. */
  readonly bundle: Bundle;
  /** Returns the error why there is no discharge for a ticket; undefined if none was asked for. */
  readonly failureOf: (ticket: Ticket) => ActionError | undefined;
  /** Time now, in Unix milliseconds. */
  readonly now: number;
  /** End of its use, in Unix milliseconds, infinite for none; undefined when it can't be used now. */
  readonly usableUntil: number | undefined;
  /** Single app that the job is about; undefined for none or several. */
  readonly app: string | undefined;
  /** End of the original token, in Unix milliseconds, if this one is the job's copy; undefined otherwise. */
  readonly originalEnd: number | undefined;
}

/** Permission token with its scope. */
export interface ScopedToken {
  readonly token: Token;
  readonly scope: TokenScope;
}
