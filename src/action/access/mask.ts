import type { SessionContent } from '../../discharge/job-session.js';
import { OIDC } from '../../discharge/third-party/origins.js';
import { splitTokenText } from '../../macaroon/token-text.js';
import { listOf } from '../inputs/values/parsers.js';

/** Length of the shortest text that is masked: shorter ones occur in logs by chance, and masking them shreds the log. */
const SHORTEST = 16;

/**
 * Returns every form in which a token could turn up in a log: the whole input, without its scheme, each part, and each
 * part's base64 body. The runner itself adds encodings of these, but masks whole values only.
 */
export function tokenForms(text: string): string[] {
  if (text.length < SHORTEST) return [];
  const withoutScheme = text.replace(/^[\s"'`]*((bearer|flyv1)\s+)+/i, '');
  const pieces = text.split(/[\s,"'`]+/);
  // As it came, where the blank or the comma in front was lost or encoded.
  const glued = pieces.flatMap((piece) => piece.split(/%(?:25)*(?:20|2c)|(?=(?:fm2|fm1r|fm1a)_)/i));
  const parts = longEnough([...pieces, ...glued, ...joinedParts(text)]);
  const bodies = parts.map((part) => part.slice(part.indexOf('_') + 1));
  // Tried at a run's first character only: a long run that doesn't end the body would take forever.
  const unpadded = bodies.map((body) => body.replace(/(?<!=)=+$/, ''));
  return longEnough([text, withoutScheme, ...parts, ...bodies, ...unpadded]);
}

/** Returns the forms of the input `third-party-credentials`, whether it holds lines or a JSON array, and well-formed or not. */
export function credentialInputForms(text: string): string[] {
  let lines: readonly string[];
  try {
    lines = CREDENTIAL_LINES(text);
  } catch {
    lines = text.split('\n');
  }
  return lines.flatMap(credentialForms);
}

const CREDENTIAL_LINES = listOf((line) => line, /\n/);

/** Returns the forms of a line of `third-party-credentials`: its value, and the value's last word where a scheme is in front. None of an `oidc` line, which holds no secret. */
export function credentialForms(line: string): string[] {
  const at = line.indexOf(': ');
  const value = (at < 0 ? line : line.slice(at + 2)).trim();
  return OIDC.test(value) ? [] : longEnough([value, value.split(/\s+/).at(-1) ?? '']);
}

/** Returns the forms of a JSON web token: as any token's, and its two parts that say something about the job or are worth something. */
export function webTokenForms(text: string): string[] {
  return [text, ...text.split('.').slice(1)].flatMap(tokenForms);
}

/** Masks everything in a session that is secret. */
export function maskSession(content: SessionContent, log: { mask(secret: string): void }): void {
  const tokens = [content.token, ...content.discharges.map(({ text }) => text)];
  const forms = [...tokens.flatMap(tokenForms), ...content.thirdPartyCredentials.flatMap(credentialForms)];
  for (const form of forms) log.mask(form);
}

/** Returns the parts of a token; none for what isn't one: it has its pieces only, and is refused later, once it is masked. */
function joinedParts(text: string): string[] {
  try {
    return splitTokenText(text).map((part) => part.text);
  } catch {
    return [];
  }
}

function longEnough(forms: readonly string[]): string[] {
  return [...new Set(forms.map((form) => form.trim()))].filter((form) => form.length >= SHORTEST);
}
