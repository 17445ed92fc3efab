import type { Exchange } from '../../../emulator/exchange.js';
import type { View } from '../check.js';
import { Pieces } from './pieces.js';

/** Variable by which the steps of a job hand on its key, as the documentation names it. */
export const JOB_KEY = 'FLY_MACHINES_JOB_KEY';

/** Most characters of an answer with a secret; a longer one is made up to be too long. */
const LONGEST = 20_000;
const CREDENTIALS = 'third-party-credentials';

/** Returns the secrets of a script and of everything that came of it. */
export function secretsOf({ script, history }: View): Pieces {
  const pieces = new Pieces();
  for (const text of Object.values(history.tokens)) pieces.add('a token', text);
  for (const { steps } of script.jobs) {
    for (const step of steps) {
      if (step.kind !== 'action') continue;
      for (const line of credentialsIn(step.inputs[CREDENTIALS] ?? '')) pieces.add('a credential', line);
    }
  }
  for (const { exported } of history.runs) pieces.add("the job's key", exported[JOB_KEY] ?? '');
  for (const it of history.happenings) if (it.kind === 'lease') pieces.addShort("a lease's nonce", it.nonce);
  const known = new Set<string>();
  for (const exchange of history.exchanges) addFrom(exchange, pieces, known);
  return pieces;
}

/** Returns the parts of a header that hold secrets: the tokens behind the scheme. */
export function partsOf(authorization: string): string[] {
  const blank = authorization.indexOf(' ');
  return authorization.slice(blank + 1).split(',');
}

/** Returns whether a request goes to a third party, or to whoever else must never see a token of Fly's. */
export function isToThirdParty({ request: { path } }: Exchange): boolean {
  return path.startsWith('/aaa/') || path.startsWith('/own/');
}

/** Adds the secrets of a request and its answer; `known` are the headers that were looked at already. */
function addFrom({ request: { path, headers }, answer }: Exchange, pieces: Pieces, known: Set<string>): void {
  const { authorization } = headers;
  if (authorization !== undefined && !known.has(authorization)) {
    known.add(authorization);
    for (const part of partsOf(authorization)) pieces.add('what a request was authorized with', part);
  }
  // Only third parties and GitHub answer with discharges and OIDC tokens.
  const hasSecret = path.startsWith('/aaa/') || path.startsWith('/own/') || path.startsWith('/github/');
  if (answer === undefined || !hasSecret || answer.body.length > LONGEST) return;
  for (const [, name, secret] of answer.body.matchAll(/"(discharge|value)":"([^"]+)"/g))
    if (secret !== undefined) pieces.add(name === 'value' ? 'an OIDC token' : 'a discharge', secret);
}

/** Returns the values of lines `origin: value`. */
function credentialsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(': ');
    const value = at < 0 ? '' : line.slice(at + 2).trim();
    return value === '' || /^oidc(\s|$)/i.test(value) ? [] : [value];
  });
}
