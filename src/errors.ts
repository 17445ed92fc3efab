import { excerpt } from './text.js';

/** What can go wrong, in the words that users branch on. */
export const ERROR_CLASSES = [
  'input',
  'token format',
  'token expired',
  'missing discharge',
  'third party refused',
  'forbidden',
  'unauthorized',
  'not found',
  'lease held',
  'wrong state',
  'no capacity',
  'command failed',
  'rate limited',
  'timeout',
  'network',
  'Fly failure',
  'cancelled',
  'internal',
] as const;

/** Stands in front of every message and in the `error` field of a machine that failed. */
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** What an error can say beside its message. */
export interface ErrorDetails {
  /** What to change, as a sentence of its own. */
  readonly hint?: string | undefined;
  /** HTTP status of the answer, when there was one. */
  readonly status?: number | undefined;
  /** Fly's `fly-request-id`, for a question to its support. */
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error that this project throws on purpose: what was tried and what came back as the message,
 * what to change as the hint. Never holds a token, a ticket or a discharge.
 */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly class: ErrorClass;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(errorClass: ErrorClass, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.class = errorClass;
    this.hint = details.hint;
    this.status = details.status;
    // A header is a stranger's text like any other.
    this.requestId = details.requestId && excerpt(details.requestId);
  }

  /** Class, message and request id. */
  get headline(): string {
    return `${this.class}: ${this.#what}`;
  }

  /** The headline and what to change. */
  get line(): string {
    return `${this.class}: ${this.story}`;
  }

  /** The same without the class. */
  get story(): string {
    if (this.hint === undefined) return this.#what;
    return `${this.#what}${/[.!?]$/.test(this.#what) ? '' : '.'} ${this.hint}`;
  }

  get #what(): string {
    return this.requestId === undefined ? this.message : `${this.message} (request ${this.requestId})`;
  }
}

/** Any thrown value as an `ActionError`; what is not one already is a fault of ours and classed `internal`. */
export function asActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ActionError('internal', message, {
    cause: thrown,
    hint: 'This is a fault of the action; please report it.',
  });
}
