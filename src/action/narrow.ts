import { withTimeout } from '../clock.js';
import { isPattern } from '../commands/app-patterns.js';
import type { Lifetime } from '../discharge/session.js';
import { ActionError, asActionError } from '../errors.js';
import { parseAction } from '../macaroon/action-mask.js';
import { attenuate } from '../macaroon/attenuate.js';
import { type Bundle, lastSecond, type Token, tokenText } from '../macaroon/bundle.js';
import { caveatWords } from '../macaroon/caveat-words.js';
import type { Caveat } from '../macaroon/caveats.js';
import { count, enumerated, formatDuration } from '../text.js';
import type { Inputs } from './input-table.js';
import { tokenForms } from './mask.js';
import type { Step } from './step.js';

const READ = parseAction('r');
const ACTIONS = { control: parseAction('rC'), read: READ } as const;
const APP_LIMIT_MS = 15_000;

/** What was taken from the session's copy of the token. */
export interface Narrowed {
  readonly lifetime: Lifetime | undefined;
  /** A line for each caveat but the end. */
  readonly words: readonly string[];
}

/** Whether the session is to allow less than the token, its end aside. */
export function wantsLess({
  scope,
  'attenuate-with': given,
}: Pick<Inputs, 'scope' | 'attenuate-with'>): boolean {
  return scope !== 'full' || given !== undefined;
}

/**
 * Attenuates the permission tokens of a step's session as its inputs say, with `apps` as what the session is for. Where an
 * app's number can't be read, a warning, and no narrowing by app.
 */
export async function narrow(step: Step, apps: readonly string[]): Promise<Narrowed> {
  const { connection, inputs, log } = step;
  const { session } = connection;
  const caveats = [...(await scopeCaveats(step, apps)), ...(inputs['attenuate-with'] ?? [])];
  const ms = inputs['max-lifetime'];
  const { permissions } = session.bundle;
  const end =
    ms === 0 || permissions.length === 0 ? undefined : Math.ceil(((await session.serverTime()) + ms) / 1000);
  const isLimited =
    end !== undefined && permissions.some((token) => lastSecond(token) > end && !isFinished(token));
  const whole = ms === 0 && caveats.length === 0 ? undefined : untouched(session.bundle);
  if (whole !== undefined) log[wantsLess(inputs) ? 'warning' : 'notice'](whole);
  if (!isLimited && caveats.length === 0) return { lifetime: undefined, words: [] };
  session.narrow(permissions.map((token) => attenuated(token, caveats, end)));
  for (const { text } of session.bundle.permissions) for (const form of tokenForms(text)) log.mask(form);
  return { lifetime: isLimited ? { ms, end: end * 1000 } : undefined, words: caveats.map(caveatWords) };
}

function attenuated(token: Token, caveats: readonly Caveat[], end: number | undefined): Token {
  if (isFinished(token)) return token;
  // Whatever the issuer's clock says, it has begun: only the end matters.
  const window = { name: 'ValidityWindow', body: { not_before: 0n, not_after: BigInt(end ?? 0) } } as const;
  const ends = end !== undefined && lastSecond(token) > end;
  const macaroon = attenuate(token.macaroon, ends ? [...caveats, window] : caveats);
  return { text: tokenText(macaroon), macaroon };
}

async function scopeCaveats(step: Step, apps: readonly string[]): Promise<Caveat[]> {
  const { scope } = step.inputs;
  if (scope === 'full') return [];
  const mask = ACTIONS[scope];
  const numbers = await appNumbers(step, apps);
  return [
    { name: 'Action', body: mask },
    // Which action Fly takes a command for isn't known, and one does more than read.
    ...(scope === 'read' ? [onlyWhere({ name: 'Commands', body: [] })] : []),
    ...(numbers.length === 0
      ? []
      : [onlyWhere({ name: 'Apps', body: { apps: new Map(numbers.map((it) => [it, mask])) } })]),
  ];
}

/** What names no such thing, an organization's metrics for one, can be read all the same. */
function onlyWhere(caveat: Caveat): Caveat {
  return { name: 'IfPresent', body: { ifs: [caveat], else: READ } };
}

/** Of all apps, or none: one that is missing would be out of reach. */
async function appNumbers(
  { connection, clock, deadline, log }: Step,
  apps: readonly string[],
): Promise<bigint[]> {
  // Which apps a pattern fits changes while the session lasts.
  const names = apps.some(isPattern) ? [] : apps;
  const { signal } = deadline;
  const late = () => new ActionError('timeout', `no answer within ${formatDuration(APP_LIMIT_MS)}`);
  try {
    return await withTimeout({ clock, signal, ms: APP_LIMIT_MS, late }, (limited) =>
      Promise.all(names.map((app) => connection.client.numberOf(app, limited))),
    );
  } catch (error) {
    signal.throwIfAborted();
    log.warning(`The session is not narrowed to its apps. ${asActionError(error).line}`);
    return [];
  }
}

/** As only discharges should be; nothing can be added to it. */
const isFinished = ({ macaroon }: Token) => macaroon.nonce.proof === true;

/** What else of the token the session holds, and why that matters. */
function untouched({ permissions, malformed, users, unknown }: Bundle): string | undefined {
  const finished = permissions.filter(isFinished).length;
  const parts = [
    ...(finished > 0 ? [count(finished, 'finished token')] : []),
    ...(malformed.length > 0 ? [count(malformed.length, "part that can't be read")] : []),
    ...(users.length > 0 ? [count(users.length, 'OAuth token')] : []),
    ...(unknown.length > 0 ? [count(unknown.length, 'part of no known shape')] : []),
  ];
  if (parts.length === 0) return undefined;
  return `${enumerated(parts)} can't be narrowed: whoever reads the session's file has all that they allow, for as long as they hold.`;
}
