import { type ActionError, isOfClass } from '../../errors.js';
import { TooLarge } from '../../http/transport.js';

/** Party that an exchange with a third party waits for. */
export type Respondent = 'third party' | 'GitHub' | 'person';

/** Advice when a third party breaks the protocol. */
export const ITS_FAULT =
  'The fault lies with the third party: run the job again, and report it to its operator if it happens again.';
const SLOW = 'The third party seems to be slow, down or out of reach; run the job again later.';

/** Returns the error of a wait without an answer, with the location and the party that was asked; any other as it is. */
export function inVain(error: unknown, awaited: Respondent, location: string): unknown {
  if (!isOfClass(error, 'network', 'timeout')) return error;
  const { what, hint } = adviceOn(error, awaited);
  // The connection's own hint, on a proxy or a certificate, says more.
  const known = error.class === 'network' ? error.hint : undefined;
  return error.with({
    message: `${location}: ${what}${error.message}`,
    hint: known ?? hint,
    cause: error.cause,
  });
}

function adviceOn(error: ActionError, awaited: Respondent): { what: string; hint: string } {
  if (awaited === 'GitHub') {
    const hint = 'See https://www.githubstatus.com, and run the job again later.';
    return { what: 'no OIDC token for it from GitHub: ', hint };
  }
  if (error.cause instanceof TooLarge) return { what: '', hint: ITS_FAULT };
  if (awaited === 'person' && error.class === 'timeout') {
    const hint = 'Give the step more time, such as `timeout: 30m`, and open the URL that its notice shows.';
    return { what: 'nobody has approved: ', hint };
  }
  return { what: '', hint: SLOW };
}
