import { ActionError, asActionError } from '../../../errors.js';
import { type Bundle, parseBundle } from '../../../macaroon/bundle.js';
import { deployTokenCommand } from '../../../token-command.js';
import type { Parser } from './parsers.js';

const HINT = `Store the whole output of ${deployTokenCommand()} in the secret, from \`FlyV1\` to the end.`;

/**
 * Reads a token as a user gave it. Throws an `input` error for what can't be a Fly token, and when no part of it can be read:
 * nothing is known of it then, not even whether it is one.
 */
export const flyToken: Parser<Bundle> = (text) => {
  const bundle = parsed(text);
  const { permissions, discharges, malformed, users, unknown } = bundle;
  if (permissions.length + users.length + unknown.length > 0) return bundle;
  const [first] = malformed;
  const what =
    first !== undefined
      ? `can't be read: part ${first.position}: ${first.reason}`
      : discharges.length > 0
        ? 'holds discharges only, without the permission token that they belong to'
        : 'holds nothing';
  throw new ActionError('input', what, { hint: HINT });
};

function parsed(text: string): Bundle {
  try {
    return parseBundle(text);
  } catch (error) {
    throw reworded(error, (message) => message.replace(/^The token /, ''));
  }
}

/** Reads a token as `flyToken` does; `source` says in errors where it is from. */
export function readBundle(text: string, source: string): Bundle {
  try {
    return flyToken(text);
  } catch (error) {
    throw reworded(error, (message) => `The token of ${source} ${message}`);
  }
}

function reworded(error: unknown, words: (message: string) => string): ActionError {
  const original = asActionError(error);
  return original.with({ message: words(original.message) });
}

/** What to say of a token that was read though it isn't as Fly gives it out. */
export function mendedText(source: string): string {
  return `The token of ${source} has something in front of it, has lost a blank or a comma, or was encoded as for a URL. It was read all the same; store it as \`fly tokens create\` prints it.`;
}
