import * as v from '@badrap/valita';
import { isPrivate } from './origins.js';

/** Way to ask a person for approval when a third party wants one. */
export interface Approval {
  /** Shows a person the URL to open. */
  readonly ask: (userUrl: URL, location: string) => void;
  /** Aborts when the step stops waiting for the person. Waits that need no person have a shorter limit of their own. */
  readonly signal: AbortSignal;
}

const Person = v.object({ user_url: v.string(), poll_url: v.string() });
/** Longest URL in characters; an annotation has no room for more beside its own words. */
const LONGEST_APPROVAL_URL = 2_000;

/**
 * Reads the URL that a person opens and the URL to poll meanwhile. Undefined if either is missing, or if the first is no
 * place to send a person to: not https, with a user name that could pass for another host, or too long.
 */
export function parsePerson(given: unknown, base: URL): { userUrl: URL; pollUrl: string } | undefined {
  const result = Person.try(given, { mode: 'strip' });
  if (!result.ok || !URL.canParse(result.value.user_url, base.href)) return undefined;
  const userUrl = new URL(result.value.user_url, base);
  const { username, password, href } = userUrl;
  if (!isPrivate(userUrl) || username !== '' || password !== '' || href.length > LONGEST_APPROVAL_URL)
    return undefined;
  return { userUrl, pollUrl: result.value.poll_url };
}
