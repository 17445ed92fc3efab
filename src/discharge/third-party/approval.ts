import * as v from '@badrap/valita';
import { isPrivate } from './origins.js';

/** How a person is asked to approve, where a third party wants one. */
export interface Approval {
  /** Shows people where to go. */
  readonly ask: (userUrl: URL, location: string) => void;
  /** When nobody waits for the person any more; what needs no person has its own, shorter limit. */
  readonly signal: AbortSignal;
}

const Person = v.object({ user_url: v.string(), poll_url: v.string() });
/** More than an annotation has room for, beside what is said of it. */
const LONGEST = 2_000;

/**
 * Reads where a person is to go, and where to ask meanwhile. Undefined where either is missing, or where a person should
 * not be sent: not https, with a name in front of the host that could pass for another host, or endless.
 */
export function parsePerson(given: unknown, base: URL): { userUrl: URL; pollUrl: string } | undefined {
  const result = Person.try(given, { mode: 'strip' });
  if (!result.ok || !URL.canParse(result.value.user_url, base.href)) return undefined;
  const userUrl = new URL(result.value.user_url, base);
  const { username, password, href } = userUrl;
  if (!isPrivate(userUrl) || username !== '' || password !== '' || href.length > LONGEST) return undefined;
  return { userUrl, pollUrl: result.value.poll_url };
}
