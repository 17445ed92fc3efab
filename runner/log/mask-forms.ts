/**
 * Returns every text that the runner hides for one masked value: the value and the spellings derived from it.
 * Not among them, and so printed in clear: hex, base64url, percent-encoded twice, any part of the value.
 * Source: actions/runner, ValueEncoders and HostContext.
 */
export function maskForms(value: string): readonly string[] {
  const forms = [
    value,
    base64(value, 0),
    base64(value, 1),
    base64(value, 2),
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    jsonBody(value),
    uriData(value),
    xmlText(value),
    withoutQuotes(value),
    ...aroundAmpersand(value),
  ];
  return [...new Set(forms)].filter((form) => form !== '');
}

/**
 * Encodes a value without its first 0 to 2 bytes, which finds it inside the base64 of a longer text such as
 * `user:password`.
 */
function base64(value: string, skipped: number): string {
  const bytes = Buffer.from(value, 'utf8');
  return bytes.subarray(bytes.length > skipped ? skipped : 0).toString('base64');
}

function jsonBody(value: string): string {
  const escaped = JSON.stringify(value).slice(1, -1);
  return escaped.replace(
    /[\u0085\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function uriData(value: string): string {
  // encodeURIComponent throws on a lone surrogate; the detour over bytes replaces it, as .NET does.
  const wellFormed = Buffer.from(value, 'utf8').toString('utf8');
  const percent = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(wellFormed).replace(/[!'()*]/g, percent);
}

function xmlText(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

function withoutQuotes(value: string): string {
  return value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : '';
}

/**
 * Returns the pieces around `&` in which PowerShell prints a failed command; it gives the letter after `&+` a
 * colour of its own.
 */
function aroundAmpersand(value: string): readonly string[] {
  const plus = value.indexOf('&+');
  const cut = plus >= 0 ? plus + 2 : value.lastIndexOf('&') + 1;
  if (cut === 0) return [];
  const pieces = [value.slice(0, cut), value.slice(plus >= 0 ? cut + 1 : cut)];
  return pieces.filter((piece) => piece.length >= 6);
}
