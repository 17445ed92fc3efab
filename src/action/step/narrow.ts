import { isPattern } from '../../commands/selection/app-patterns.js';
import type { Lifetime } from '../../discharge/live-token-tools.js';
import type { ActionError } from '../../errors.js';
import { parseAction } from '../../macaroon/action-mask.js';
import { type Bundle, endOf, type Token } from '../../macaroon/bundle.js';
import { caveatWords } from '../../macaroon/caveat-words.js';
import type { Caveat } from '../../macaroon/caveats.js';
import { isImplied } from '../../macaroon/implied.js';
import { attenuated, endingAt, unnarrowable } from '../access/attenuated.js';
import { tokenForms } from '../access/mask.js';

import { wantsLess } from '../inputs/contradictions.js';
import { appNumbers } from './app-numbers.js';
import type { Step } from './step.js';
import { requireSomeLeft, ungranted } from './what-is-left.js';

const READ = parseAction('r');
const ACTIONS = { control: parseAction('rC'), read: READ } as const;

/** Narrowing of the session's copy of the token. */
export interface Narrowed {
  readonly lifetime: Lifetime | undefined;
  /** Words for each caveat but the end. */
  readonly words: readonly string[];
}

/**
 * Attenuates the permission tokens of the step's live token as its inputs say, for a session about `apps`. Throws where an
 * app's number can't be read, and an `input` error where nothing is left: a step that asks for less doesn't get more.
 */
export async function narrow(step: Step, apps: readonly string[]): Promise<Narrowed> {
  const { connection, inputs, log } = step;
  const { token } = connection;
  const caveats = [...(await scopeCaveats(step, apps)), ...(inputs['attenuate-with'] ?? [])];
  const ms = inputs['max-lifetime'];
  const { permissions } = token.bundle;
  const end =
    ms === 0 || permissions.length === 0
      ? undefined
      : Math.ceil(((await token.serverTime()) + ms) / 1000) * 1000;
  const whole = ms === 0 && caveats.length === 0 ? undefined : untouched(token.bundle);
  if (whole !== undefined) log[wantsLess(inputs) ? 'warning' : 'notice'](whole);
  for (const warning of ungranted(step, permissions, end)) log.warning(warning);
  const added = ({ macaroon }: Token) => caveats.filter((it) => !isImplied(it, macaroon.caveats));
  const less = permissions.map((it) => attenuated(it, added(it)));
  const ending = less.map((it) =>
    end !== undefined && endOf(it) > end ? attenuated(it, [endingAt(end)]) : it,
  );
  if (caveats.length > 0) await requireSomeLeft(step, permissions, ending);
  const isLimited = ending.some((it, index) => it !== less[index]);
  if (isLimited && !connection.isTimeKnown())
    log.info("Fly's clock could not be read: the copy's end goes by the runner's clock.");
  token.narrow(ending);
  for (const { text } of ending) for (const form of tokenForms(text)) log.mask(form);
  return {
    lifetime: isLimited && end !== undefined ? { ms, end } : undefined,
    words: [...new Set(permissions.flatMap(added))].map(caveatWords),
  };
}

async function scopeCaveats(step: Step, apps: readonly string[]): Promise<Caveat[]> {
  const { scope } = step.inputs;
  if (scope === 'full') return [];
  const mask = ACTIONS[scope];
  // Which apps a pattern fits changes while the session lasts.
  const names = apps.some(isPattern) ? [] : apps;
  const numbers = await appNumbers(step, names, (app, cause) =>
    unnumbered(app, step.access.scope.apps.includes(app), cause),
  );
  return [
    { name: 'Action', body: mask },
    // Which action Fly takes a command for isn't known, and one does more than read.
    ...(scope === 'read' ? [onlyWhere({ name: 'Commands', body: [] })] : []),
    ...(numbers.length === 0
      ? []
      : [onlyWhere({ name: 'Apps', body: { apps: new Map(numbers.map((it) => [it, mask])) } })]),
  ];
}

/** Wraps a caveat so that what names no such thing, an organization's metrics for one, can be read all the same. */
function onlyWhere(caveat: Caveat): Caveat {
  return { name: 'IfPresent', body: { ifs: [caveat], else: READ } };
}

/** Rewords why an app's number can't be read; the class stays, since a misspelt app is something else than a Fly that can't be reached. */
function unnumbered(app: string, isOwn: boolean, cause: ActionError): ActionError {
  const { message, hint = '' } = cause;
  const hints = [
    ...(isOwn ? [] : [`An earlier \`auth\` of this token has opened the session for ${app}.`]),
    ...(hint === '' ? [] : [hint]),
    ...(cause.class === 'not found' ? [] : ['`attenuate-with` in place of `scope` narrows without asking.']),
  ];
  return cause.with({
    message: `The session can't be narrowed to its apps: ${message}`,
    hint: hints.join(' '),
  });
}

/** Says what else of the token the session holds, and why that matters; undefined where there is nothing. */
function untouched(bundle: Bundle): string | undefined {
  const parts = unnarrowable(bundle);
  if (parts === undefined) return undefined;
  return `${parts} can't be narrowed: anyone who reads the session's file can do all that they allow, for as long as they hold.`;
}
