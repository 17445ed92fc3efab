import * as v from '@badrap/valita';
import { ActionError, isOfClass } from '../../errors.js';
import { endingOfStatus } from '../../http/retry.js';
import type { HttpResponse } from '../../http/transport.js';
import { excerpt } from '../../text.js';
import { deployTokenCommand, textForApp } from '../../token-command.js';
import type { Holder } from '../machine/machine.js';
import { REFUSALS, type RefusalName, type RefusalRow } from './refusal-table.js';

/** Refusal by Fly: an answer that says no, as an error to throw. */
export class Refusal extends ActionError {
  /** Name of the row of the table that fits the answer. */
  readonly kind: RefusalName;
  /** Fly's own words; empty if there are none. */
  readonly reason: string;
  /** True if it passes by itself, so that asking again makes sense. */
  readonly passes: boolean;
  /** Holder of the lease in the way, if Fly says when that ends. */
  readonly holder: Holder | undefined;
  /** True if it concerns a machine, rather than its app or the organization. */
  readonly isOfMachine: boolean;
  readonly #row: RefusalRow;

  /** Recognises an answer. `what` says what was tried; `isOfApp`: with an app or organization, not a machine. */
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
   * True if this machine, as it is, can't do what we asked, so that another way may be worth trying. Never true of a
   * refusal that passes, nor of one due to the token, the app, a lease, the rate or Fly itself.
   */
  get isAboutMachine(): boolean {
    return this.#row.isAboutMachine ?? false;
  }

  /** True if nothing tells whether it passes. */
  get isVague(): boolean {
    return this.#row.isVague ?? false;
  }

  /** True if Fly had begun to do what we asked, and may have done it. */
  get hasBegun(): boolean {
    return this.#row.hasBegun ?? false;
  }

  /** True if Fly's words say no, even where the status alone would leave that open. */
  get isPlain(): boolean {
    return !this.hasBegun && isPlain(this.#row);
  }
}

/** Returns what came back. Leaves out a status of success, which would mislead. */
function saying(status: number, reason: string): string {
  const said = reason === '' ? '' : excerpt(reason);
  if (status >= 200 && status <= 299) return said || 'Fly answered an error';
  return `Fly answered ${status}${said === '' ? '' : `: ${said}`}`;
}

const ODD_REQUEST = 'Fly does not take this request, whatever the machines: is api-url right, and each name?';

/** Returns whether an answer with a status of trouble says no in plain words, so that asking again changes nothing. */
export function saysNo({ status, body }: HttpResponse): boolean {
  const ending = endingOfStatus(status);
  if (ending === 'answered') return false;
  const { code, texts } = reasonIn(body);
  if (ending === 'rate limited' && meantStatus(status, code, texts) === status) return false;
  return isPlain(rowOf(status, code, texts));
}

/** Returns whether Fly does not accept the token, by its status or by words alone. */
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
  // The rows see a code also as the words in it: `no_capacity`.
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

/** Statuses that codes stand for. (google.golang.org/grpc: codes, grpc-gateway: runtime/errors.go) */
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

/** Codes that prove that nothing was done, whatever the status says. */
const PLAIN = new Set([
  'failed_precondition',
  'not_found',
  'permission_denied',
  'unauthenticated',
  'unauthorized',
]);

/**
 * Returns the status by which to read an answer. A code in the answer outranks the HTTP status. So do words that are or
 * begin with a code, if HTTP only reports trouble or success.
 */
function meantStatus(status: number, [code = '']: readonly string[], [text = '']: readonly string[]): number {
  const coded = STATUS_OF[code.toLowerCase()] ?? (/capacity/i.test(code) ? STATUS_OF['aborted'] : undefined);
  if (coded !== undefined) return coded;
  const word = wordOf(text);
  const counts = status < 300 || (status >= 500 && PLAIN.has(word));
  return counts ? (STATUS_OF[word] ?? status) : status;
}

/** Returns the code that a text begins with, or is: `not_found: machine not found`, `Unauthorized`, `not authorized`. */
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

/** Most characters of a reason that we read, so that no answer can keep the patterns busy. */
const LONGEST_READ = 4_000;

/**
 * Returns the code and the texts of an answer, the one to show first. Some routes say `message`, most `error`, and some
 * answer plain text. (superfly/fly-go: flaps/flaps.go)
 */
function reasonIn(body: string): { code: readonly string[]; texts: readonly string[] } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const text = body.trim().slice(0, LONGEST_READ);
    // Damaged JSON may hold a secret, such as a lease's nonce, so it is not shown.
    if (/^[{[]/.test(text)) return { code: [text], texts: ['damaged JSON'] };
    return { code: [], texts: [text.startsWith('<') ? 'a page of HTML' : text] };
  }
  const result = ErrorJson.try(json, { mode: 'strip' });
  if (!result.ok) return { code: [], texts: [] };
  const { message, error, status } = result.value;
  return { code: wordsIn(status), texts: [...wordsIn(message), ...wordsIn(error)] };
}

const wordsIn = (value: unknown): string[] =>
  typeof value === 'string' && value !== '' ? [value.slice(0, LONGEST_READ)] : [];

/** Pattern of a lease's end. The last one counts: the text before it is the owner's own. */
const END =
  /^[\s\S]*expires at (\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d* ?(Z|[+-]\d\d):?(\d\d)?/i;
const OWNER = /held by ([\s\S]+), expires at/i;

/** Reads a lease's holder from both wordings of its end: RFC 3339, and Go's own (`2026-11-24 12:00:00 +0000 UTC`). */
function holderIn(text: string): Holder | undefined {
  const end = END.exec(text);
  if (end === null) return undefined;
  const [, date, time, zone, minutes = '00'] = end;
  const until = Date.parse(`${date}T${time}${zone?.toUpperCase() === 'Z' ? 'Z' : `${zone}:${minutes}`}`);
  if (Number.isNaN(until)) return undefined;
  return { owner: excerpt(OWNER.exec(text)?.[1] ?? '') || 'another client', until };
}

/** Returns a refusal of the token with a hint for this app instead of any app. Other errors stay as they are. */
export function refusedFor(app: string, error: ActionError): ActionError {
  if (!isOfClass(error, 'forbidden', 'unauthorized')) return error;
  const { hint: general = '' } = error;
  const own = textForApp(general, app);
  const hint =
    own !== general ? own : `${general} ${deployTokenCommand(app)} makes a token for this app.`.trim();
  return error.with({ hint });
}
