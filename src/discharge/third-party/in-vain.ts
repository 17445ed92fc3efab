import { ActionError } from '../../errors.js';
import { TooLarge } from '../../http/transport.js';

/** Whom an exchange with a third party waits for. */
export type Awaited = 'third party' | 'GitHub' | 'person';

/** What to change where a third party does what none should. */
export const ITS_FAULT =
  'That is a fault of the third party: run the job again, and tell whoever runs it if it stays.';
const SLOW = 'The third party seems to be slow, down or out of reach; run the job again later.';

/** The error of a wait that ended without an answer: says who was asked, and for whom. Any other error stays as it is. */
export function inVain(error: unknown, awaited: Awaited, location: string): unknown {
  if (!(error instanceof ActionError) || !(error.class === 'network' || error.class === 'timeout'))
    return error;
  const { what, hint } = reasonOf(error, awaited);
  // Of a proxy or a certificate, whoever tried to connect knows best.
  const known = error.class === 'network' ? error.hint : undefined;
  return error.with({
    message: `${location}: ${what}${error.message}`,
    hint: known ?? hint,
    cause: error.cause,
  });
}

function reasonOf(error: ActionError, awaited: Awaited): { what: string; hint: string } {
  if (awaited === 'GitHub') {
    const hint = 'See https://www.githubstatus.com, and run the job again later.';
    return { what: 'no OIDC token for it from GitHub: ', hint };
  }
  if (error.cause instanceof TooLarge) return { what: '', hint: ITS_FAULT };
  if (awaited === 'person' && error.class === 'timeout') {
    const hint =
      'Give the step more time, such as `timeout: 30m`, and have somebody open the URL that its notice shows.';
    return { what: 'nobody has approved: ', hint };
  }
  return { what: '', hint: SLOW };
}
