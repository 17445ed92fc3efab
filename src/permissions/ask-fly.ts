import { COMMANDS } from '../command-table.js';
import { type ActionError, isOfClass } from '../errors.js';
import { caveatsNamed } from '../macaroon/caveats.js';
import type { CaveatSets } from '../macaroon/verdict.js';
import type { MachinesClient } from '../machines/api/client.js';
import { Refusal } from '../machines/api/refusals.js';
import { askNames, bearable } from './ask-names.js';
import type { FlyAnswer } from './fly-answer.js';
import { FlyFindings, no } from './fly-findings.js';
import { Judge } from './may.js';

/** Question to Fly about a token. */
export interface FlyQuestion {
  /** App that it is about; undefined for none, or several. */
  readonly app: string | undefined;
  readonly header: string;
  readonly tokens: CaveatSets;
  /** Unix seconds. */
  readonly now: number;
  /** True where the step has already sent one request, for the time. */
  readonly isLate: boolean;
  /** Returns the header as it is now: it changes when the token had to be renewed, which takes another request. */
  readonly current: () => Promise<string>;
}

/** Words of a refusal, to tell it from a request that Fly doesn't understand; Fly documents none. */
const REFUSAL = /unauthori[sz]ed|not allowed|forbid|permission|verif|only for|unspecified/i;
/** Statuses that are a refusal if the words say so. */
const WORDED = [400, 422];

/**
 * Asks Fly for facts that the token doesn't hold, with at most two requests. The first is for the numbers of the app. If
 * that leaves it open whether the token may read and control the app's machines, the second asks just that; if not, what the
 * token is for, by name. Without an app, only this is asked. Leaves out what would be the third request. Failures become
 * warnings, but for names, on which nothing hangs; throws only `cancelled` and `internal` errors.
 */
export async function askFly(
  client: MachinesClient,
  { app, header, tokens, now, isLate, current }: FlyQuestion,
  signal: AbortSignal,
): Promise<FlyAnswer> {
  const findings = new FlyFindings(app, tokens);
  if (app === undefined) {
    findings.name(await askNames(client, isLate, signal));
    return findings.answer();
  }
  try {
    findings.read(await client.numbersOf(app, signal, isLate));
  } catch (thrown) {
    findings.refuse(bearable(thrown));
  }
  if (isLate || findings.isOver) return findings.answer();
  const isConfined = tokens.some((it) => caveatsNamed(it ?? [], 'Machines').length > 0);
  const judge = new Judge(tokens, { ...findings.numbers, now, command: 'any' }, findings.says);
  const open = COMMANDS.start.needs.find((need) => judge.one(need).verdict === 'fly must say');
  const letters = isConfined || !findings.isOfApp ? undefined : open?.anyOf[0]?.letters;
  try {
    // A renewal has taken the second request.
    if ((await current()) !== header) return findings.answer();
    if (letters === undefined) findings.name(await askNames(client, true, signal));
    else {
      await client.authorize(header, { app, letters }, signal);
      findings.say(letters, { verdict: 'yes', reason: 'Fly says so' });
    }
  } catch (thrown) {
    const error = bearable(thrown);
    if (letters !== undefined && isNo(error)) findings.say(letters, no(error));
    else if (letters !== undefined) findings.warn(error);
  }
  return findings.answer();
}

function isNo(error: ActionError): boolean {
  if (!(error instanceof Refusal)) return false;
  const isWorded = WORDED.includes(error.status ?? 0) && REFUSAL.test(error.reason);
  return isOfClass(error, 'forbidden', 'unauthorized') || isWorded;
}
