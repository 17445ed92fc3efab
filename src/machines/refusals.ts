import * as v from '@badrap/valita';
import { ActionError } from '../errors.js';
import type { HttpResponse } from '../http/transport.js';
import { excerpt } from '../text.js';
import { REFUSALS, type RefusalName, type RefusalRow } from './refusal-table.js';

/** Who holds a lease, as Fly words it: text of a stranger, on one line. `until` in milliseconds. */
export interface Holder {
  readonly owner: string;
  readonly until: number;
}

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
  readonly #row: RefusalRow;

  /** `what` was tried, for the message. */
  constructor(what: string, response: HttpResponse) {
    const { code, texts } = reasonIn(response.body);
    const row = rowOf(response.status, [...code, ...texts].join(' '));
    const [reason = ''] = texts;
    super(
      row.class,
      `${what}: Fly answered ${response.status}${reason === '' ? '' : `: ${excerpt(reason)}`}`,
      {
        hint: row.hint,
        status: response.status,
        requestId: response.headers['fly-request-id'],
      },
    );
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
}

function rowOf(status: number, text: string): RefusalRow & { name: RefusalName } {
  const rows: readonly (RefusalRow & { name: RefusalName })[] = REFUSALS;
  const row = rows.find((it) => (it.status?.includes(status) ?? true) && (it.text?.test(text) ?? true));
  if (row === undefined) throw new Error('The last row of the refusals has to fit everything.');
  return row;
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
