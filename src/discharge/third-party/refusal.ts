import { ActionError } from '../../errors.js';
import { deployTokenCommand } from '../../token-command.js';
import { ITS_FAULT } from './in-vain.js';
import { isFlysOwn } from './origins.js';
import type { ShownCredential } from './shown-credential.js';

/** Returns the error for a third party that gave no discharge. One that is down has not refused it. */
export function refusal(
  location: string,
  what: string,
  details: { hint?: string; status?: number; cause?: unknown } = {},
): ActionError {
  const { status = 0 } = details;
  const failed = isOutOfOrder(status) ? 'missing discharge' : 'third party refused';
  const errorClass = status === 429 ? 'rate limited' : failed;
  return new ActionError(errorClass, `${location}: ${what}`, { hint: ITS_FAULT, ...details });
}

function isOutOfOrder(status: number): boolean {
  return status === 408 || status >= 500;
}

/** Fields of the credential shown to a third party that advice depends on. */
type Shown = Pick<ShownCredential, 'audience' | 'header' | 'others'>;

/** Returns what to change, by the status of an answer that is no discharge. */
export function hintFor(status: number, url: URL, shown: Shown): string {
  if (status === 401 || status === 403) return loginHint(status, url, shown);
  if (status === 404)
    return 'The third party does not know the ticket or the poll URL, or no longer does; run the job again.';
  if (status === 429) return 'The third party gets too many requests; run the job again later.';
  if (isOutOfOrder(status)) return 'The service seems to be down; run the job again later.';
  return `Run the job again; if the error stays, make a new token with ${deployTokenCommand()}.`;
}

function loginHint(status: 401 | 403, url: URL, { audience, header, others }: Shown): string {
  const { origin } = url;
  if (isFlysOwn(url))
    return `${header === undefined ? '' : 'It refused what it was shown. '}It is Fly's own and wants a login, which third-party-credentials can't give: use a token whose third party needs no login, such as one of ${deployTokenCommand()}, or \`approve: true\` where it offers that.`;
  if (audience !== undefined)
    return status === 401
      ? `It did not accept the job's OIDC token, which was for the audience \`${audience}\`; to ask for another one, write it after \`oidc\` in third-party-credentials.`
      : 'Its policy has to allow this job, which it knows by repository, ref, workflow and environment.';
  if (header !== undefined)
    return `The credential that third-party-credentials has for ${origin} was refused: is it the right one, and does it still hold?`;
  if (others.length > 0)
    return `third-party-credentials is for ${others.join(' and ')}, but this third party is ${origin}: begin the line with that origin.`;
  return 'It wants a credential or a login: give one in third-party-credentials, or use a token whose third parties need none.';
}
