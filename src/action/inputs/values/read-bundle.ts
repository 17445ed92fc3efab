import { ActionError } from '../../../errors.js';
import { type Bundle, parseBundle } from '../../../macaroon/bundle.js';
import { deployTokenCommand } from '../../../token-command.js';

const HINT = `Store the whole output of ${deployTokenCommand()} in the secret, from \`FlyV1\` to the end.`;

/**
 * Parses a token that a step is to work with; `source` says where it is from. Throws an `input` error for what
 * can't be a Fly token, and when no part of it can be read: nothing is known of it then, not even whether it is one.
 */
export function readBundle(token: string, source: string): Bundle {
  const bundle = parseBundle(token);
  const { permissions, discharges, malformed, users, unknown } = bundle;
  if (permissions.length + users.length + unknown.length > 0) return bundle;
  const [first] = malformed;
  const what =
    first !== undefined
      ? `can't be read: part ${first.position}: ${first.reason}`
      : discharges.length > 0
        ? 'holds discharges only, without the permission token that they belong to'
        : 'holds nothing';
  throw new ActionError('input', `The token of ${source} ${what}`, { hint: HINT });
}

/** What to say of a token that was read though it isn't as Fly gives it out. */
export function mendedText(source: string): string {
  return `The token of ${source} has something in front of it, has lost a blank or a comma, or was encoded as for a URL. It was read all the same; store it as \`fly tokens create\` prints it.`;
}
