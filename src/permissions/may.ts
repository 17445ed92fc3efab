import type { Need } from '../command-table.js';
import { actionWords, parseAction } from '../macaroon/action-mask.js';
import { caveatWords } from '../macaroon/caveat-words.js';
import type { Caveat } from '../macaroon/caveats.js';
import { type AccessChoice, type Effort, MOST_WORK, type Question } from '../macaroon/possibilities.js';
import { type CaveatSets, judgeAny, type Verdict } from '../macaroon/verdict.js';
import { enumerated } from '../text.js';

/** Verdict on whether a token may do something, with its reason. */
export interface May {
  readonly verdict: 'yes' | 'no' | 'fly must say';
  /** Empty for a plain yes. */
  readonly reason: string;
}

/** Effort for all needs of all tokens; a job has few machines that its token tells apart. */
const MOST_OF_A_JUDGE = 20 * MOST_WORK;

/** Makes the work that several judges may spend together. */
export const shareOfWork = (): Effort => ({ left: MOST_OF_A_JUDGE });

/** Facts about the access that is asked for. */
export type Inquiry = Pick<Question, 'orgId' | 'appId' | 'machine' | 'now'> & {
  readonly command: readonly string[] | 'any';
};

/** Tells what Fly itself said of a need; undefined for nothing. It settles an open verdict, and its no always stands. */
export type FlySays = (need: Need) => May | undefined;

/** Judges needs, each once, however many commands have it. */
export class Judge {
  readonly #tokens: CaveatSets;
  readonly #asked: Inquiry;
  readonly #says: FlySays;
  readonly #work: Effort;
  readonly #known = new Map<Need, May>();

  constructor(
    tokens: CaveatSets,
    asked: Inquiry,
    says: FlySays = () => undefined,
    work: Effort = shareOfWork(),
  ) {
    this.#tokens = tokens;
    this.#asked = asked;
    this.#says = says;
    this.#work = work;
  }

  /** Judges all needs together: the first that isn't met speaks for the rest. */
  all(needs: readonly Need[]): May {
    const each = needs.map((need) => this.one(need));
    const of = (verdict: May['verdict']) => each.find((it) => it.verdict === verdict);
    const reasons = each.map(({ reason }) => reason).filter((reason) => reason !== '');
    return of('no') ?? of('fly must say') ?? { verdict: 'yes', reason: [...new Set(reasons)].join('; ') };
  }

  one(need: Need): May {
    const known = this.#known.get(need) ?? this.#answer(need);
    this.#known.set(need, known);
    return known;
  }

  #answer(need: Need): May {
    const verdicts = need.anyOf.map(({ at, letters }) => {
      const { command, ...asked } = this.#asked;
      const question = { ...asked, at, action: parseAction(letters), ...(need.runs && { command }) };
      return { letters, verdict: judgeAny(this.#tokens, question, this.#work) };
    });
    const may = mayOf(need, verdicts);
    const said = may.verdict === 'no' ? undefined : this.#says(need);
    // Fly may refuse what the caveats allow: the token is revoked, or the app belongs to another organization.
    return said !== undefined && (said.verdict === 'no' || may.verdict === 'fly must say') ? said : may;
  }
}

function mayOf(
  { anyOf }: Need,
  verdicts: readonly { readonly letters: string; readonly verdict: Verdict }[],
): May {
  const kinds = new Set(verdicts.map(({ verdict }) => verdict.kind));
  const [first] = verdicts;
  if (first === undefined) return { verdict: 'fly must say', reason: 'it is not known what that needs' };
  const { verdict } = first;
  if (kinds.size === 1 && verdict.kind === 'yes') return { verdict: 'yes', reason: onlyWords(verdict.only) };
  if (kinds.size === 1 && verdict.kind === 'no') return { verdict: 'no', reason: because(verdict.caveats) };
  const found = verdicts.map((it) => it.verdict);
  const isOneAction = new Set(anyOf.map(({ letters }) => letters)).size === 1;
  const no = found.find((it) => it.kind === 'no');
  if (isOneAction && no !== undefined) {
    const why = 'it is not documented whether Fly asks machine by machine, which matters';
    return { verdict: 'fly must say', reason: `${why} ${because(no.caveats)}` };
  }
  const open = found.find((it) => it.kind === 'open');
  if (open !== undefined) return { verdict: 'fly must say', reason: openWords(open.caveat) };
  const each = verdicts.map(
    (it) =>
      `${actionWords(parseAction(it.letters))} (${it.verdict.kind === 'yes' ? 'allowed' : 'not allowed'})`,
  );
  return {
    verdict: 'fly must say',
    reason: `it is not documented which action that takes: ${each.join(', ')}`,
  };
}

function openWords(caveat: Caveat | undefined): string {
  return caveat === undefined
    ? 'the token does not show what it may do'
    : `it depends on ${quotedCaveat(caveat)}`;
}

const MOST_CAUSES = 3;

/** `because of “only read” (Action)`. */
function because(caveats: readonly Caveat[]): string {
  const each = [...new Set(caveats.map(quotedCaveat))];
  const more = each.length > MOST_CAUSES ? ` and ${each.length - MOST_CAUSES} more` : '';
  return `because of ${each.slice(0, MOST_CAUSES).join(' and ')}${more}`;
}

function quotedCaveat(caveat: Caveat): string {
  return `“${caveatWords(caveat)}” (${caveat.name === 'Unregistered' ? caveat.type : caveat.name})`;
}

function onlyWords(only: readonly AccessChoice[]): string {
  const machines = [...new Set(only.flatMap(({ machine }) => machine ?? []))];
  const commands = [
    ...new Set(only.flatMap(({ command }) => (command === undefined ? [] : [JSON.stringify(command)]))),
  ];
  if (commands.length > 0) return `only ${enumerated(commands)}`;
  return machines.length === 0
    ? ''
    : `only machine${machines.length === 1 ? '' : 's'} ${enumerated(machines)}`;
}
