import * as v from '@badrap/valita';
import { ActionError } from '../../errors.js';
import { endingOfStatus } from '../../http/retry.js';
import type { HttpResponse } from '../../http/transport.js';
import { excerpt } from '../../text.js';
import { deployTokenCommand } from '../../token-command.js';
import type { Holder } from '../machine/machine.js';
import { REFUSALS, type RefusalName, type RefusalRow } from './refusal-table.js';

/** What Fly answered where it did not do what it was asked, ready to be thrown. */
export class Refusal extends ActionError {
  /** The row of the table that it was recognised by. */
  readonly kind: RefusalName;
  /** In Fly's own words; empty without any. */
  readonly reason: string;
  /** Whether it passes by itself, so that asking again makes sense. */
  readonly passes: boolean;
  /** Of a lease that somebody else holds, where Fly says when it ends. */
  readonly holder: Holder | undefined;
  /** Whether it is about a machine, and not about its app or the organization. */
  readonly isOfMachine: boolean;
  readonly #row: RefusalRow;

  /** `what` was tried, for the message, and by default of a machine; `isOfApp`: of its app or the organization. */
  constructor(
    what: string,
    response: HttpResponse,
    { isOfApp = false }: { readonly isOfApp?: boolean } = {},
  ) {
    const { code, texts } = reasonIn(response.body);
    const row = rowOf(response.status, code, texts);
    const [reason = ''] = texts;
    super(row.class, `${what}: ${saying(response.status, reason)}`, {
      hint: isOfApp && row.name === 'bad request' ? ODD_REQUEST : row.hint,
      status: response.status,
      requestId: response.headers['fly-request-id'],
    });
    this.isOfMachine = !isOfApp;
    this.#row = row;
    this.kind = row.name;
    this.reason = texts.join(' ');
    this.passes = row.passes ?? false;
    this.holder = row.name === 'lease held' ? texts.map(holderIn).find((it) => it !== undefined) : undefined;
  }

  /**
   * Whether what was asked can't be done to this machine as it is, so that something else may be worth trying; never
   * true of a refusal that passes, nor of one that lies in the token, the app, a lease, the rate or Fly itself.
   */
  get isAboutMachine(): boolean {
    return this.#row.isAboutMachine ?? false;
  }

  /** Whether nothing tells if it passes. */
  get isVague(): boolean {
    return this.#row.isVague ?? false;
  }

  /** Whether what was asked had begun, and may have been done. */
  get hasBegun(): boolean {
    return this.#row.hasBegun ?? false;
  }

  /** Whether Fly's words say no, whatever the status alone would leave open. */
  get isPlain(): boolean {
    return !this.hasBegun && isPlain(this.#row);
  }
}

/** What came back; a status of success would only mislead. */
function saying(status: number, reason: string): string {
  const said = reason === '' ? '' : excerpt(reason);
  if (status >= 200 && status <= 299) return said || 'Fly answered an error';
  return `Fly answered ${status}${said === '' ? '' : `: ${said}`}`;
}

const ODD_REQUEST = 'Fly does not take this request, whatever the machines: is api-url right, and each name?';

/** Whether an answer with a status of trouble says no in plain words, so that asking again changes nothing. */
export function saysNo({ status, body }: HttpResponse): boolean {
  const ending = endingOfStatus(status);
  if (ending === 'answered') return false;
  const { code, texts } = reasonIn(body);
  if (ending === 'rate limited' && meantStatus(status, code, texts) === status) return false;
  return isPlain(rowOf(status, code, texts));
}

/** Whether Fly doesn't take the token, be it as its status or in words alone. */
export function isUnauthorized({ status, body }: HttpResponse): boolean {
  if (status === 401) return true;
  if (endingOfStatus(status) !== 'unsure') return false;
  const { code, texts } = reasonIn(body);
  return meantStatus(status, code, texts) === 401;
}

function isPlain({ class: errorClass }: RefusalRow): boolean {
  return errorClass !== 'Fly failure' && errorClass !== 'timeout';
}

function rowOf(
  status: number,
  code: readonly string[],
  texts: readonly string[],
): RefusalRow & { name: RefusalName } {
  // A code is read as the words that it is made of, too: `no_capacity`.
  const text = [...code, ...code.map((it) => it.replaceAll('_', ' ')), ...texts].join('\n');
  const rows: readonly (RefusalRow & { name: RefusalName })[] = REFUSALS;
  const meant = meantStatus(status, code, texts);
  const isDone = meant >= 200 && meant <= 299;
  const row = rows.find(
    (it) =>
      (it.status === undefined || it.status.includes(meant) || (isDone && it.text !== undefined)) &&
      (it.text?.test(text) ?? true),
  );
  if (row === undefined) throw new Error('The last row of the refusals has to fit everything.');
  return row;
}

/** The statuses that codes stand for. (google.golang.org/grpc: codes, grpc-gateway: runtime/errors.go) */
const STATUS_OF: Readonly<Record<string, number>> = {
  aborted: 409,
  already_exists: 409,
  deadline_exceeded: 408,
  failed_precondition: 412,
  invalid_argument: 400,
  not_found: 404,
  permission_denied: 403,
  unauthenticated: 401,
  unauthorized: 401,
};

/** Codes that tell for certain that nothing was done, whatever trouble the status speaks of. */
const PLAIN = new Set([
  'failed_precondition',
  'not_found',
  'permission_denied',
  'unauthenticated',
  'unauthorized',
]);

/**
 * The status by which an answer is to be read: a code in it outranks that of HTTP, and so do words that begin with a
 * code, or are nothing else, where HTTP only tells of trouble or of success.
 */
function meantStatus(status: number, [code = '']: readonly string[], [text = '']: readonly string[]): number {
  const coded = STATUS_OF[code.toLowerCase()] ?? (/capacity/i.test(code) ? STATUS_OF['aborted'] : undefined);
  if (coded !== undefined) return coded;
  const word = wordOf(text);
  const counts = status < 300 || (status >= 500 && PLAIN.has(word));
  return counts ? (STATUS_OF[word] ?? status) : status;
}

/** The code that a text begins with, or is: `not_found: machine not found`, `Unauthorized`, `not authorized`. */
function wordOf(text: string): string {
  const [, words = ''] = /^\s*([a-z][a-z_ ]{0,30}?)\s*(?:[:.]|$)/i.exec(text) ?? [];
  const word = words.toLowerCase().replaceAll(' ', '_');
  return /^(un|not_)authori[sz]ed$/.test(word) ? 'unauthorized' : word;
}

const ErrorJson = v.object({
  message: v.unknown().optional(),
  error: v.unknown().optional(),
  status: v.unknown().optional(),
});

/** Longer than any reason; nobody shall keep the patterns busy. */
const LONGEST = 4_000;

/**
 * The code and the words of an answer, the words to show first. Some routes say `message`, most `error`, and some
 * answer plain text. (superfly/fly-go: flaps/flaps.go)
 */
function reasonIn(body: string): { code: readonly string[]; texts: readonly string[] } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const text = body.trim().slice(0, LONGEST);
    // Damaged, it may hold what was never meant to be shown, a lease's nonce for one.
    if (/^[{[]/.test(text)) return { code: [text], texts: ['damaged JSON'] };
    return { code: [], texts: [text.startsWith('<') ? 'a page of HTML' : text] };
  }
  const result = ErrorJson.try(json, { mode: 'strip' });
  if (!result.ok) return { code: [], texts: [] };
  const { message, error, status } = result.value;
  return { code: wordsIn(status), texts: [...wordsIn(message), ...wordsIn(error)] };
}

const wordsIn = (value: unknown): string[] =>
  typeof value === 'string' && value !== '' ? [value.slice(0, LONGEST)] : [];

/** The last end that is named counts: whatever stands before it is the owner's own text. */
const END =
  /^[\s\S]*expires at (\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d* ?(Z|[+-]\d\d):?(\d\d)?/i;
const OWNER = /held by ([\s\S]+), expires at/i;

/** Both wordings: RFC 3339, and what Go prints of a time (`2026-11-24 12:00:00 +0000 UTC`). */
function holderIn(text: string): Holder | undefined {
  const end = END.exec(text);
  if (end === null) return undefined;
  const [, date, time, zone, minutes = '00'] = end;
  const until = Date.parse(`${date}T${time}${zone?.toUpperCase() === 'Z' ? 'Z' : `${zone}:${minutes}`}`);
  if (Number.isNaN(until)) return undefined;
  return { owner: excerpt(OWNER.exec(text)?.[1] ?? '') || 'somebody else', until };
}

/** A refusal in general names any app; here it is known which one the token has to be for. Other errors stay as they are. */
export function refusedFor(app: string, error: ActionError): ActionError {
  const { class: errorClass, hint: general = '' } = error;
  if (errorClass !== 'forbidden' && errorClass !== 'unauthorized') return error;
  const hint = general.includes('<app>')
    ? general.replaceAll('<app>', app)
    : `${general} ${deployTokenCommand(app)} makes a token for this app.`.trim();
  return error.with({ hint });
}
