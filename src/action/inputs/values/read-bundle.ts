import { ActionError, asActionError } from '../../../errors.js';
import { type Bundle, parseBundle } from '../../../macaroon/bundle.js';
import { deployTokenCommand } from '../../../token-command.js';
import type { Parser } from './parsers.js';

const HINT = `Store the whole output of ${deployTokenCommand()} in the secret, from \`FlyV1\` to the end.`;

/**
 * Reads a token as a user gave it. Throws an `input` error for text that can't be a Fly token, and if no part can be read,
 * so that nothing tells whether it is one.
 */
export const flyToken: Parser<Bundle> = (text) => {
  const bundle = bundleIn(text);
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

function bundleIn(text: string): Bundle {
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

/** Returns the warning about a token that could be read although it isn't in the form in which Fly gives it out. */
export function mendedText(source: string): string {
  return `The token of ${source} has something in front of it, has lost a blank or a comma, or was encoded as for a URL. This step could still read it; store it as \`fly tokens create\` prints it.`;
}
