import type { ErrorClass } from '../../errors.js';
import { deployTokenCommand } from '../../token-command.js';
import { FULL, LIMIT, UNPAID } from './refusal-patterns.js';

/** Row of the table: the meaning of one kind of refusal. Each condition that is given must hold. */
export interface RefusalRow {
  readonly name: string;
  /** Statuses that fit; absent: any. For an error with a status of success only the words count. */
  readonly status?: readonly number[];
  /** Pattern to find in the code (`insufficient_capacity`) or the words of the answer. */
  readonly text?: RegExp;
  readonly class: ErrorClass;
  /** True if it passes by itself: ask again until the deadline. */
  readonly passes?: true;
  /** True if it stands and is due to the machine or its host: this machine, as it is, can't do what we asked. */
  readonly isAboutMachine?: true;
  /** True if nothing tells whether it passes: Fly may accept the same request later. */
  readonly isVague?: true;
  /** True if Fly had begun to do what we asked, and may have done it. */
  readonly hasBegun?: true;
  readonly hint: string;
}

/** Advice for a machine that Fly does not know. */
export const GONE_HINT =
  'The machine is destroyed, or its id is wrong; `fly machine list -a <app>` shows what is there.';
/** Advice where Fly takes no more requests for now. */
export const RATE_HINT = 'Too many requests for one machine or app; leave more time between jobs.';
/** Advice for an answer that isn't one of Fly's, or makes no sense. */
export const STRANGE_HINT =
  'Is api-url right, and no proxy in between? Otherwise see https://status.flyio.net.';
const SETTLES = 'Wait for it to settle and run the job again.';
const LOOK = 'Look at the machine with `fly machine status <id>`.';
/** States that a machine leaves by itself sooner or later. */
export const IN_BETWEEN: ReadonlySet<string> = new Set([
  ...['created', 'creating', 'starting', 'stopping', 'suspending', 'restarting', 'replacing', 'updating'],
]);
const success = Array.from({ length: 100 }, (_, index) => 200 + index);

/**
 * Meanings of Fly's refusals. The first row that fits counts, and the last fits everything. Fly promises neither the
 * statuses nor the words: they are those that its own client looks for, and those that we saw.
 */
export const REFUSALS = [
  {
    name: 'lease held',
    status: [409],
    text: /\blease\b(?! not found)|expires at \d{4}-/i,
    class: 'lease held',
    passes: true,
    hint: 'Another client, perhaps a deploy, holds the machine; run the job again afterwards, or share a `concurrency` group with it.',
  },
  {
    // Stands before all rows that match words: the status alone decides how often to ask again.
    name: 'rate limited',
    status: [429],
    class: 'rate limited',
    hint: RATE_HINT,
  },
  {
    name: 'lease gone',
    status: [404],
    text: /lease not found/i,
    class: 'not found',
    hint: 'The lease has run out, or another client released it; run the job again.',
  },
  {
    // Stands before the machine, of which the same words may speak.
    name: 'container gone',
    status: [400, 404, 410, 412, 422],
    text: /(?<![-\w"'`]|\bapp )container\b(?![-"'`.]\w).{0,140}\b(not found|not exist|unknown)\b|\b(no such|unknown|no) container\b/i,
    class: 'not found',
    hint: 'Check `container`: `fly machine status -d <id>` shows the containers of the machine.',
  },
  {
    name: 'machine gone',
    status: [400, 404, 410, 422],
    text: /\bmachine\b((?!\b(image|volume|lease|app|config|snapshot|version)\b).){0,80}\b(not found|not exist|no longer exists|been destroyed)|(could not|unable to|failed to|cannot|can't) (find|retrieve|get|locate) machine|invalid machine id|machine id\b.{0,40}\b(invalid|unknown)|no such machine|no machine (with|called|named|of|found)|unknown machine/i,
    class: 'not found',
    hint: GONE_HINT,
  },
  {
    name: 'app not found',
    status: [404],
    text: /\bapp\b.{0,80} not found|could not find app/i,
    class: 'not found',
    hint: 'Check the name of the app; `fly apps list` shows what is there.',
  },
  {
    name: 'action not allowed',
    status: [401, 403],
    text: /\bnot allowed\b|unauthorized for access/i,
    class: 'forbidden',
    hint: `A caveat of the token forbids this (r read, w write, C start and stop); use a token that allows it, such as that of ${deployTokenCommand()}.`,
  },
  {
    name: 'discharge missing',
    status: [401, 403],
    text: /third[- ]party discharge|discharge token|missing discharge/i,
    class: 'missing discharge',
    hint: "Fly wants another discharge than it got. `inspect` shows the token's third parties and the result of each; if the organization requires SSO, only a token made for it works.",
  },
  {
    // Fly says the same for a token that is missing, wrong or expired.
    name: 'unauthorized',
    status: [401],
    class: 'unauthorized',
    hint: `Is the token whole, not revoked, and made for what this step does with this app? Make a new one with ${deployTokenCommand()}.`,
  },
  {
    name: 'machine limit',
    text: LIMIT,
    class: 'no capacity',
    hint: 'The organization has as many machines as it may have: destroy some, or ask Fly for more.',
  },
  {
    name: 'quota',
    text: UNPAID,
    class: 'no capacity',
    hint: "The organization's quota or its payments do not allow this: its billing page shows which, and Fly's support raises a quota.",
  },
  {
    name: 'not paid for',
    status: [402],
    class: 'no capacity',
    hint: 'The organization has open payments: its billing page shows which.',
  },
  {
    name: 'host full',
    text: FULL,
    class: 'no capacity',
    isAboutMachine: true,
    hint: 'The host is full: try again later, or make another machine with `fly machine clone <id>`; its volume begins empty.',
  },
  {
    name: 'still active',
    status: [409, 412],
    text: /still (active|attempting)/i,
    class: 'wrong state',
    passes: true,
    hint: SETTLES,
  },
  {
    name: 'getting replaced',
    status: [409, 412],
    text: /getting replaced/i,
    class: 'wrong state',
    passes: true,
    hint: SETTLES,
  },
  {
    name: 'state in between',
    status: [409, 412],
    text: new RegExp(`current state: '(${[...IN_BETWEEN].join('|')})'`, 'i'),
    class: 'wrong state',
    passes: true,
    hint: SETTLES,
  },
  {
    // Answer to a wait for a version that a deploy has replaced.
    name: 'version replaced',
    status: [408, 412],
    text: /currently replaced/i,
    class: 'wrong state',
    passes: true,
    hint: 'A deploy has changed the machine meanwhile; run the job again.',
  },
  {
    name: 'state that stays',
    status: [409, 412],
    text: /current state: '/i,
    class: 'wrong state',
    isAboutMachine: true,
    hint: LOOK,
  },
  {
    name: 'busy',
    status: [409, 412, 423],
    text: /\bbusy\b|\btry again\b|in progress|temporar(y|ily)|not ready/i,
    class: 'wrong state',
    passes: true,
    hint: SETTLES,
  },
  {
    // The machine ran out of memory, was stopped or destroyed, or the command restarted it.
    name: 'exec cut',
    text: /\bexec\b.{0,20}\b(failed|aborted|interrupted|cancell?ed)\b(?!.*\bnot (running|started)\b)/i,
    class: 'Fly failure',
    hasBegun: true,
    hint: 'The machine was stopped, restarted, destroyed or out of memory while it ran; `fly logs` shows which.',
  },
  {
    name: 'volume in use',
    status: [412],
    text: /\bvolume\b/i,
    class: 'wrong state',
    isAboutMachine: true,
    hint: 'Another machine has the volume; `fly volumes list` shows which: stop that one first.',
  },
  {
    name: 'not suspendable',
    status: [400, 412],
    text: /suspend/i,
    class: 'wrong state',
    isAboutMachine: true,
    hint: 'Fly suspends machines with at most 2 GB of memory, without swap and without a schedule; `fallback: stop` stops the others.',
  },
  {
    name: 'version changed',
    status: [409, 412],
    text: /\b(current|machine)[_ ]version\b|version mismatch/i,
    class: 'wrong state',
    hint: 'Another client, perhaps a deploy, has changed the machine meanwhile; run the job again.',
  },
  {
    name: 'conflict',
    status: [409, 423],
    class: 'wrong state',
    isVague: true,
    hint: 'Another client, perhaps a deploy, changes the machine at the same time; run the job again afterwards.',
  },
  {
    name: 'precondition',
    status: [412],
    class: 'wrong state',
    isAboutMachine: true,
    isVague: true,
    hint: LOOK,
  },
  {
    name: 'bad option',
    status: [400, 422],
    text: /\bsignal\b|\btimeout\b|duration/i,
    class: 'input',
    hint: 'Check `signal` (SIGTERM, SIGINT and the like) and `kill-timeout` (5 minutes at most).',
  },
  {
    name: 'bad request',
    status: [400, 422],
    class: 'wrong state',
    isAboutMachine: true,
    hint: 'Fly does not take this request for this machine; `fly machine status -d <id>` shows its configuration.',
  },
  {
    name: 'forbidden',
    status: [403],
    class: 'forbidden',
    hint: `The token may not do this: another organization or app, or a caveat that leaves reading only. \`inspect\` shows what it may do; ${deployTokenCommand()} makes one that may.`,
  },
  {
    // Go's own server or a proxy answers, not the Machines API.
    name: 'unknown route',
    status: [404],
    text: /\b404 page not found|^a page of HTML$/i,
    class: 'not found',
    hint: 'That server does not know this route: is api-url right?',
  },
  {
    name: 'not found',
    status: [404, 410],
    class: 'not found',
    hint: 'Check the name; `fly apps list` and `fly machine list -a <app>` show what is there.',
  },
  {
    name: 'host unreachable',
    status: [408],
    class: 'timeout',
    hint: 'Fly could not reach the host of the machine in time, and the change may have happened all the same; try again later.',
  },
  {
    // Fly's own client knows of a start that failed with status 200. (superfly/fly-go: flaps/flaps_machines.go)
    name: 'failed after all',
    status: success,
    class: 'Fly failure',
    hint: '`fly logs` and `fly machine status <id>` may show why; try again later.',
  },
  {
    name: 'server error',
    status: Array.from({ length: 100 }, (_, index) => 500 + index),
    class: 'Fly failure',
    hint: 'See https://status.flyio.net and try again later.',
  },
  {
    name: 'anything else',
    class: 'Fly failure',
    hint: STRANGE_HINT,
  },
] as const satisfies readonly RefusalRow[];

/** Name of a row. */
export type RefusalName = (typeof REFUSALS)[number]['name'];
