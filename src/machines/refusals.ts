import * as v from '@badrap/valita';
import { ActionError, type ErrorClass } from '../errors.js';
import type { HttpResponse } from '../http/transport.js';
import { excerpt } from '../text.js';

/** A row of what Fly's refusals mean: each condition that is given must hold, and the first row that fits counts. */
interface Row {
  readonly status: readonly number[];
  readonly text?: RegExp;
  readonly class: ErrorClass;
  /** The refusal passes by itself: ask again until the deadline. */
  readonly passes?: true;
  readonly hint: string;
}

const CAPACITY =
  /insufficient|could not reserve resource|governor policy blocked|deploys to this host are temporarily disabled/i;
const PASSING =
  /still active|getting replaced|current state: '(created|creating|starting|stopping|suspending|restarting|replacing|updating)'/i;

const ROWS: readonly Row[] = [
  {
    status: [401],
    class: 'unauthorized',
    hint: 'Is the token whole, not revoked, and made for this app? Make a new one with `fly tokens create deploy -a <app>`.',
  },
  {
    status: [403],
    class: 'forbidden',
    hint: 'The token may not do this: another organization or app, or a caveat that leaves reading only.',
  },
  {
    status: [409],
    text: /\blease\b/i,
    class: 'lease held',
    passes: true,
    hint: 'Somebody else, a deploy perhaps, holds the machine; run the job again afterwards, or share a `concurrency` group with it.',
  },
  {
    status: [409, 412, 422],
    text: CAPACITY,
    class: 'no capacity',
    hint: 'The host is full: try again later, or move the machine with `fly machine clone`.',
  },
  {
    status: [412],
    text: PASSING,
    class: 'wrong state',
    passes: true,
    hint: 'Wait for it to settle and run the job again.',
  },
  { status: [409, 412], class: 'wrong state', hint: 'Look at the machine with `fly machine status <id>`.' },
  {
    status: [404],
    class: 'not found',
    hint: 'Check the name; `fly apps list` and `fly machine list -a <app>` show what is there.',
  },
  {
    status: [408],
    class: 'timeout',
    hint: 'Fly could not reach the host of the machine in time; try again later.',
  },
  {
    status: [429],
    class: 'rate limited',
    hint: 'Too many requests for one machine or app; leave more time between jobs.',
  },
];

const OTHER: Omit<Row, 'status'> = {
  class: 'Fly failure',
  hint: 'See https://status.flyio.net and try again later.',
};

const ErrorJson = v.object({
  message: v.unknown().optional(),
  error: v.unknown().optional(),
  status: v.unknown().optional(),
});

/** What Fly answered where it did not do what it was asked, ready to be thrown. */
export class Refusal extends ActionError {
  /** Whether it passes by itself, so that asking again makes sense. */
  readonly passes: boolean;

  constructor(what: string, response: HttpResponse) {
    const { text, code } = reasonIn(response.body);
    const row =
      ROWS.find(
        ({ status, text: pattern }) =>
          status.includes(response.status) && (pattern?.test(`${code} ${text}`) ?? true),
      ) ?? OTHER;
    const reason = text === '' ? '' : `: ${excerpt(text)}`;
    super(row.class, `${what}: Fly answered ${response.status}${reason}`, {
      hint: row.hint,
      status: response.status,
      requestId: response.headers['fly-request-id'],
    });
    this.passes = row.passes ?? false;
  }
}

/** Some routes say `message`, most `error`, and some answer plain text. (superfly/fly-go: flaps/flaps.go) */
function reasonIn(body: string): { text: string; code: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { text: /^\s*</.test(body) ? 'a page of HTML' : body, code: '' };
  }
  const result = ErrorJson.try(json, { mode: 'strip' });
  if (!result.ok) return { text: '', code: '' };
  const { message, error, status } = result.value;
  const text = [message, error].find((it) => typeof it === 'string' && it !== '');
  return { text: typeof text === 'string' ? text : '', code: typeof status === 'string' ? status : '' };
}
