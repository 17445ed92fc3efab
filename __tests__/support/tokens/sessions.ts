import { Job } from '../../../src/action/access/job.js';
import { type SessionContent, tokenOf } from '../../../src/discharge/job-session.js';
import { type FoundSession, type Owner, sessionName } from '../../../src/discharge/session-file.js';
import { filesIn } from '../../../src/files/folder.js';
import { parseBundle, tokenText } from '../../../src/macaroon/bundle.js';
import { discharge, permission, ticketIn, window, withThirdParty } from './tokens.js';

/** A permission token that wants a discharge, as text. */
export function freshToken(): string {
  return tokenText(withThirdParty(permission()));
}

/** The token with a discharge that holds for an hour from the given Unix second. */
export function discharged(token: string, from: number): { token: string; discharge: string } {
  const [permissionToken] = parseBundle(token).permissions;
  if (permissionToken === undefined) throw new Error('the text holds no permission token');
  const proof = discharge(ticketIn(permissionToken.macaroon), window(from, from + 3_600));
  return { token, discharge: tokenText(proof) };
}

const JOB = new Job({});
/** Of a job that nothing tells from others, as steps without an environment are of. */
export const TAG = JOB.tag;

/** Its sessions in a folder. */
export function ownerIn(folder: string): Owner {
  return JOB.owner(filesIn(folder));
}

/** A session as it is found in the job's folder. */
export function session(
  token: string,
  apps: readonly string[],
  changes: Partial<SessionContent> = {},
): FoundSession {
  const bundle = parseBundle(token);
  return {
    name: sessionName(bundle, TAG),
    content: {
      version: 1,
      token: tokenOf(bundle),
      discharges: [],
      apps: [...apps],
      apiUrl: 'https://api.machines.dev',
      refreshBefore: 120_000,
      thirdPartyCredentials: [],
      ...changes,
    },
  };
}
