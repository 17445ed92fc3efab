import { excerpt } from './text.js';

/** Classes of what can go wrong, in the words that users branch on. */
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

/** Class of an error: the word before its message, and in the `error` field of a machine that failed. */
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Details that an error can have beside its message. */
export interface ErrorDetails {
  /** Sentence that says what to change. */
  readonly hint?: string | undefined;
  /** HTTP status of the answer, if there was one. */
  readonly status?: number | undefined;
  /** Fly's `fly-request-id`, for a question to its support. */
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** Changes for {@link ActionError.with}; what is absent or undefined stays as it is. */
export interface Rewording {
  readonly class?: ErrorClass | undefined;
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  /** Default: the original error. Give its own cause where readers decide by that (`TooLarge`, `NotSent`). */
  readonly cause?: unknown;
}

/**
 * The one error that this project throws on purpose: the message says what was tried and what came back, the hint
 * says what to change. Never holds a token, a ticket or a discharge.
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

  /** Returns the same error in other words, always a plain `ActionError`. The original becomes the cause. */
  with({
    class: errorClass = this.class,
    message = this.message,
    hint = this.hint,
    cause = this,
  }: Rewording): ActionError {
    const { status, requestId } = this;
    return new ActionError(errorClass, message, { hint, status, requestId, cause });
  }

  /** Class, message and request id. */
  get headline(): string {
    return `${this.class}: ${this.#what}`;
  }

  /** The headline, then what to change. */
  get line(): string {
    return `${this.class}: ${this.story}`;
  }

  /** The line without its class. */
  get story(): string {
    if (this.hint === undefined) return this.#what;
    return `${this.#what}${/[.!?]$/.test(this.#what) ? '' : '.'} ${this.hint}`;
  }

  get #what(): string {
    return this.requestId === undefined ? this.message : `${this.message} (request ${this.requestId})`;
  }
}

/** Returns whether a thrown value is an `ActionError` of one of these classes. */
export function isOfClass(thrown: unknown, ...classes: readonly ErrorClass[]): thrown is ActionError {
  return thrown instanceof ActionError && classes.includes(thrown.class);
}

/** Returns a thrown value as an `ActionError`. Any other error is a fault of ours and gets the class `internal`. */
export function asActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ActionError('internal', message, {
    cause: thrown,
    hint: 'This is a fault of the action; please report it.',
  });
}
