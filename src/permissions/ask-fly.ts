import { COMMANDS } from '../command-table.js';
import { type ActionError, asActionError } from '../errors.js';
import { caveatsNamed } from '../macaroon/caveats.js';
import type { CaveatSets } from '../macaroon/verdict.js';
import type { AppNumbers, MachinesClient } from '../machines/api/client.js';
import { Refusal, refusedFor } from '../machines/api/refusals.js';
import { textForApp } from '../token-command.js';
import { type FlySays, Judge, type May } from './may.js';

/** Question to Fly about a token. */
export interface FlyQuestion {
  readonly app: string;
  readonly header: string;
  readonly tokens: CaveatSets;
  /** Unix seconds. */
  readonly now: number;
  /** True where the step has already sent one request, for the time. */
  readonly isLate: boolean;
  /** Returns the header as it is now: it changes when the token had to be renewed, which takes another request. */
  readonly current: () => Promise<string>;
}

/** Answer of Fly about a token. */
export interface FlyAnswer {
  readonly numbers: AppNumbers;
  readonly says: FlySays;
  /** Sentences about facts that Fly did not tell, with the reason. */
  readonly warnings: readonly string[];
  /** True where Fly does not accept the token at all. */
  readonly isUnaccepted: boolean;
}

/** Answer where Fly isn't asked. */
export const UNASKED: FlyAnswer = {
  numbers: { appId: undefined, orgId: undefined },
  says: () => undefined,
  warnings: [],
  isUnaccepted: false,
};

/** Words of a refusal, to tell it from a request that Fly doesn't understand; Fly documents none. */
const REFUSAL = /unauthori[sz]ed|not allowed|forbid|permission|verif|only for|unspecified/i;
/** Statuses that are a refusal if the words say so. */
const WORDED = [400, 422];

/**
 * Asks Fly for facts that the token doesn't hold, with at most two requests: for the numbers of the app, and, if that
 * leaves it open, whether the token may read and control its machines. Leaves the second out where it would be the third.
 * Failures become warnings; throws only `cancelled` and `internal` errors.
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
  // A request that names no machine is refused for a token confined to some, whatever it may do with those.
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
    // After a 401 the client has already asked twice, the second time with a new discharge.
    isReachable = error.class === 'forbidden' || error.class === 'not found';
    warnings.push(textForApp((isForMachines ? forMachines(error) : refusedFor(app, error)).line, app));
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
    else warnings.push(textForApp(error.line, app));
  }
  return answer;
}

function forMachines(error: ActionError): ActionError {
  const hint =
    'A bare `Machines` caveat refuses every request that names no machine, even for the list: wrap it in an `IfPresent` that allows all reads.';
  return error.with({ hint });
}

const no = (error: ActionError): May => ({ verdict: 'no', reason: `Fly says: ${error.message}` });

function isNo(error: ActionError): boolean {
  if (!(error instanceof Refusal)) return false;
  const isWorded = WORDED.includes(error.status ?? 0) && REFUSAL.test(error.reason);
  return error.class === 'forbidden' || error.class === 'unauthorized' || isWorded;
}

/** Returns an error to report beside the known facts; throws it if it is a cancel or a fault of ours. */
function bearable(thrown: unknown): ActionError {
  const error = asActionError(thrown);
  if (error.class === 'cancelled' || error.class === 'internal') throw error;
  return error;
}
