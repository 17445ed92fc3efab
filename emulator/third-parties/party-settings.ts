import { duration, number, oneOf, text, type Values } from '../setting.js';

/** What can be set for one third party; read anew for every request. */
export const PARTY_SETTINGS = {
  behaviour: oneOf(
    [
      'immediate',
      'poll',
      'user-interactive',
      'refuse',
      'down',
      'garbage',
      'empty',
      'expired',
      'wrong-ticket',
      'wrong-key',
      'huge',
      'redirect',
    ],
    'how a ticket is answered',
  ),
  lifetimeMs: duration(630_000, 'a discharge can be used; Infinity = without end'),
  delayMs: duration(0, 'passes before an answer of the third party, besides the latency'),
  polls: number(2, 'polls that are answered with 202 first; Infinity = all'),
  pollUrl: oneOf(['absolute', 'relative', 'foreign'], 'form of the poll URL'),
  pollResult: oneOf(['discharge', 'refusal'], 'what a poll comes to in the end'),
  pendingBody: oneOf(
    ['not-ready', 'empty'],
    'body of the 202: {"error":"not ready"} as Go\'s server, or none',
  ),
  status: oneOf(['403', '401'], 'status of a refusal'),
  error: text('no session for this ticket', 'text of a refusal'),
  credential: text(
    '',
    'the Authorization value that a ticket needs; empty = none, oidc = an OIDC token of /github',
  ),
  oidcAudience: text('', "the audience that such a token must be for; empty = the third party's location"),
  oidcClaims: text(
    'repository=octocat/*',
    'what it must say of the job: NAME=VALUE,… all of which hold; * fits any text',
  ),
  hugeBytes: number(16_777_216, 'size of a huge answer'),
  redirectTo: text('https://elsewhere.test/discharge', 'where a redirect leads'),
} as const;

export type PartySettings = Values<typeof PARTY_SETTINGS>;
