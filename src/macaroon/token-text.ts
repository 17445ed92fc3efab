import { ActionError } from '../errors.js';
import { deployTokenCommand } from '../token-command.js';

/** Longer than any bundle that fits a header or an environment variable. In characters. */
const MAX_LENGTH = 131_072;
const MACAROON = /^(fm2|fm1r|fm1a)_/;
const USER = /^fo1_/;
const SCHEME = /^(bearer|flyv1)$/i;
/** A scheme that has lost its blank, before a token whose label may occur within another text. */
const GLUED_SCHEME = /^(?:bearer|flyv1)+(?=fo1_)/i;
/** No base64 has an underscore, so a macaroon begins wherever such a label stands. */
const BEFORE_MACAROON = /(?=(?:fm2|fm1r|fm1a)_)/;
/** Longest prefix that people put before a token (`FLY_API_TOKEN=`); a longer one may be a token of its own. */
const LONGEST_PREFIX = 40;
// Only a run's first character is tried as the start of the end, since a long run in the middle would take forever.
const SURROUNDING = /^[\s"'`]+|(?<![\s"'`])[\s"'`]+$/g;

/** Tokens that people paste by mistake, by how they begin. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/^gh[pousr]_/, 'a GitHub token'],
  [/^github_pat_/, 'a GitHub token'],
  [/^gl(pat|oas|rt|ptt|dt|cbt)-/, 'a GitLab token'],
  [/^(AKIA|ASIA)[A-Z0-9]{12,}/, 'an AWS access key'],
  [/^eyJ[\w-]*\.[\w-]+\./, 'a JSON Web Token'],
  [/^xox[abeoprs]-/, 'a Slack token'],
  [/^npm_/, 'an npm token'],
  [/^-----BEGIN /, 'a private key or certificate'],
  // Labels of letters alone are others' (`sk_live_…`): each of Fly's has a digit.
  [/^[a-z]{2,12}_/, 'a token of another service'],
];

/** One comma part of a token text, in the form in which it is sent. */
export interface TokenText {
  readonly kind: 'macaroon' | 'user' | 'unknown';
  readonly text: string;
  /** True where only its label tells it from the text before it, or from its encoding. */
  readonly mended?: true;
}

/**
 * Splits a token as people store it into its parts: schemes (`FlyV1`, `Bearer`, repeated or not), quotes,
 * blanks and line breaks around, between and within parts are dropped. A macaroon is also found where the blank or the
 * comma before it was lost, or was encoded as in a URL (`FlyV1fm2_…`, `FlyV1%20fm2_…`). Throws an `input` error for a
 * token of another service, named, and for one that is empty or too long; never shows any of it.
 * (superfly/macaroon: format.go, bundle/tokens.go; superfly/fly-go: tokens/tokens.go)
 */
export function splitTokenText(input: string): TokenText[] {
  if (input.length > MAX_LENGTH) {
    throw new ActionError('input', `The token has ${input.length} characters; no Fly token is that long.`);
  }
  const plain = withoutEncoding(input);
  const words = plain.split(',').flatMap(wordsOfPart);
  const parts = words.flatMap(macaroonsIn);
  if (parts.length === 0)
    throw new ActionError('input', 'The token is empty once quotes and blanks are removed.');
  const mended = plain !== input || parts.length !== words.length || parts.some((it, at) => it !== words[at]);
  for (const [index, text] of parts.entries()) {
    refuseForeign(text);
    if (!/^[\x21-\x7e]+$/.test(text)) {
      throw new ActionError('input', `The token holds characters that no token has, in part ${index + 1}.`);
    }
  }
  return parts.map((text) => ({
    kind: MACAROON.test(text) ? 'macaroon' : USER.test(text) ? 'user' : 'unknown',
    text,
    ...(mended && { mended }),
  }));
}

/** Takes the encoding of a URL out of what holds a macaroon: neither its label nor base64 has a `%`. */
function withoutEncoding(input: string): string {
  let text = input;
  for (let round = 0; round < 3 && text.includes('%') && BEFORE_MACAROON.test(text); round += 1)
    text = text.replace(/%(0[9ad]|[2-7][0-9a-f])/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  return text;
}

/** A word, or the tokens that it holds where what separated them was lost. */
function macaroonsIn(word: string): string[] {
  const [first = '', ...others] = word.replace(GLUED_SCHEME, '').split(BEFORE_MACAROON);
  const isPrefix =
    others.length > 0 && first.length <= LONGEST_PREFIX && !MACAROON.test(first) && !USER.test(first);
  return isPrefix ? others : [first, ...others];
}

/** A line break inside a macaroon comes from a terminal that wrapped it; its pieces are joined again. */
function wordsOfPart(part: string): string[] {
  const words: string[] = [];
  for (const piece of part.replace(SURROUNDING, '').split(/[\s"'`]+/)) {
    const last = words.at(-1);
    if (piece === '' || SCHEME.test(piece)) continue;
    if (last !== undefined && BEFORE_MACAROON.test(last) && /^[A-Za-z0-9+/=]+$/.test(piece)) {
      words[words.length - 1] = last + piece;
    } else words.push(piece);
  }
  return words;
}

function refuseForeign(text: string): void {
  const service = FOREIGN.find(([pattern]) => pattern.test(text))?.[1];
  if (service === undefined) return;
  throw new ActionError('input', `The token is ${service}, not one of Fly.io.`, {
    hint: `Make one with ${deployTokenCommand()} and store its whole output as the secret.`,
  });
}
