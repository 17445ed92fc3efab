import { duration, number, oneOf, text, type Values } from '../setting.js';

/** Settings of one third party; each request reads them anew. */
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
    'answer to a ticket',
  ),
  lifetimeMs: duration(630_000, 'lifetime of a discharge; Infinity: without end'),
  delayMs: duration(0, 'time before an answer of the third party, besides the latency'),
  polls: number(2, 'number of polls answered with 202 first; Infinity: all'),
  pollUrl: oneOf(['absolute', 'relative', 'foreign'], 'form of the poll URL'),
  pollResult: oneOf(['discharge', 'refusal'], 'result of a poll in the end'),
  pendingBody: oneOf(
    ['not-ready', 'empty'],
    'body of the 202: {"error":"not ready"} as from Go\'s server, or empty',
  ),
  status: oneOf(['403', '401'], 'status of a refusal'),
  error: text('no session for this ticket', 'text of a refusal'),
  credential: text(
    '',
    'Authorization value that a ticket needs; empty: none, oidc: an OIDC token of /github',
  ),
  oidcAudience: text('', "audience that such a token must have; empty: the third party's location"),
  oidcClaims: text(
    'repository=octocat/*',
    'claims that it must have: NAME=VALUE,… all of them; * fits any text',
  ),
  hugeBytes: number(16_777_216, 'size of a huge answer, in bytes'),
  redirectTo: text('https://elsewhere.test/discharge', 'target of a redirect'),
} as const;

export type PartySettings = Values<typeof PARTY_SETTINGS>;
