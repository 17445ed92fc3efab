import { COMMANDS } from '../command-table.js';
import { type ActionError, asActionError } from '../errors.js';
import { caveatsNamed } from '../macaroon/caveats.js';
import type { CaveatSets } from '../macaroon/verdict.js';
import type { AppNumbers, MachinesClient } from '../machines/api/client.js';
import { Refusal, refusedFor } from '../machines/api/refusals.js';
import { type FlySays, Judge, type May } from './may.js';

/** What is asked of Fly, and with what. */
export interface FlyQuestion {
  readonly app: string;
  readonly header: string;
  readonly tokens: CaveatSets;
  /** Unix seconds. */
  readonly now: number;
  /** One request was sent already, for the time. */
  readonly isLate: boolean;
  /** The header as it is now: it changes where the token had to be renewed, which takes a request more. */
  readonly current: () => Promise<string>;
}

/** What Fly has told. */
export interface FlyAnswer {
  readonly numbers: AppNumbers;
  readonly says: FlySays;
  /** What it would not tell, and why. */
  readonly warnings: readonly string[];
  /** It has answered that the token is none. */
  readonly isUnaccepted: boolean;
}

/** Where it isn't asked. */
export const UNASKED: FlyAnswer = {
  numbers: { appId: undefined, orgId: undefined },
  says: () => undefined,
  warnings: [],
  isUnaccepted: false,
};

/** A refusal rather than a request that isn't understood; Fly promises no words. */
const REFUSAL = /unauthori[sz]ed|not allowed|forbid|permission|verif|only for|unspecified/i;
/** With any other, whatever the words: something has gone wrong. */
const WORDED = [400, 422];

/**
 * Asks Fly what a token itself can't tell, with two requests at most: the numbers of the app, and, where it is open then
 * whether the token may read and control its machines, just that: left out where it would be the third. That Fly can't be
 * reached is a warning.
 */
export async function askFly(
  client: MachinesClient,
  { app, header, tokens, now, isLate, current }: FlyQuestion,
  signal: AbortSignal,
): Promise<FlyAnswer> {
  const answers = new Map<string, May>();
  const warnings: string[] = [];
  let unaccepted: May | undefined;
  const says: FlySays = ({ anyOf, runs }) => {
    if (unaccepted !== undefined) return unaccepted;
    const its = anyOf.map(({ letters }) => answers.get(letters));
    const [first] = its;
    return runs !== true && its.every((it) => it?.verdict === first?.verdict) ? first : undefined;
  };
  // Where no machine is named, Fly refuses a token that is confined to some, whatever it may do with those.
  const isBare = tokens.some((it) => it?.some(({ name }) => name === 'Machines'));
  const isConfined = tokens.some((it) => caveatsNamed(it ?? [], 'Machines').length > 0);
  let numbers = UNASKED.numbers;
  let isReachable = true;
  try {
    numbers = await client.numbersOf(app, signal, isLate);
    answers.set('r', { verdict: 'yes', reason: '' });
  } catch (thrown) {
    const error = bearable(thrown);
    if (error.class === 'unauthorized') unaccepted = no(error);
    const isForMachines = error.class === 'forbidden' && isBare;
    if (error.class === 'forbidden' && !isBare) answers.set('r', no(error));
    // After a 401 it was asked a second time, with a new discharge.
    isReachable = error.class === 'forbidden' || error.class === 'not found';
    warnings.push(
      (isForMachines ? forMachines(error) : refusedFor(app, error)).line.replaceAll('<app>', app),
    );
  }
  const answer = { numbers, says, warnings, isUnaccepted: unaccepted !== undefined };
  const judge = new Judge(tokens, { ...numbers, now, command: 'any' }, says);
  const open = COMMANDS.start.needs.find((need) => judge.one(need).verdict === 'fly must say');
  const letters = open?.anyOf[0]?.letters;
  if (!isReachable || letters === undefined || isConfined || isLate) return answer;
  try {
    if ((await current()) !== header) return answer;
    await client.authorize(header, { app, letters }, signal);
    answers.set(letters, { verdict: 'yes', reason: 'Fly says so' });
  } catch (thrown) {
    const error = bearable(thrown);
    if (isNo(error)) answers.set(letters, no(error));
    else warnings.push(error.line.replaceAll('<app>', app));
  }
  return answer;
}

function forMachines(error: ActionError): ActionError {
  const hint =
    'A bare `Machines` caveat refuses whatever names no machine, the list too: put it into an `IfPresent` that lets all be read.';
  return error.with({ hint });
}

const no = (error: ActionError): May => ({ verdict: 'no', reason: `Fly says: ${error.message}` });

function isNo(error: ActionError): boolean {
  if (!(error instanceof Refusal)) return false;
  const isWorded = WORDED.includes(error.status ?? 0) && REFUSAL.test(error.reason);
  return error.class === 'forbidden' || error.class === 'unauthorized' || isWorded;
}

/** Whatever goes wrong is told beside what is known already, but a cancel and a fault of ours. */
function bearable(thrown: unknown): ActionError {
  const error = asActionError(thrown);
  if (error.class === 'cancelled' || error.class === 'internal') throw error;
  return error;
}
