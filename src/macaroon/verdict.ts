import type { Access } from './access.js';
import { type Caveat, isAttestation } from './caveats.js';
import { type AccessChoice, type Effort, MOST_WORK, possibilities, type Question } from './possibilities.js';
import { prohibits } from './prohibits.js';

/** Verdict on a token without its issuer. */
export type Verdict =
  /** `only`: the choices that are allowed, where some are not. */
  | { readonly kind: 'yes'; readonly only: readonly AccessChoice[] }
  /** Certain, whatever isn't known. `caveats` are those in the way, one for each token. */
  | { readonly kind: 'no'; readonly caveats: readonly Caveat[] }
  /** Depends on what only Fly knows (what the caveat is about), or on what can't be read or is too much to try. */
  | { readonly kind: 'open'; readonly caveat: Caveat | undefined };

/** More are not looked at, for the same reason as with `MOST_WORK`. */
export const MOST_TOKENS = 100;
/** Nothing can be said, since there is too much to try, or nothing to read. */
export const UNREADABLE: Verdict = { kind: 'open', caveat: undefined };

/**
 * Judges whether these caveats, all of them, allow what is asked. Says `no` only where they forbid it whatever isn't known, `yes`
 * only where they allow it whatever isn't known, and `open` for the rest. Nothing is verified. `work` is spent on it.
 */
export function judge(
  caveats: readonly Caveat[],
  question: Question,
  work: Effort = { left: MOST_WORK },
): Verdict {
  // Outside of a discharge an assertion makes a token invalid. (superfly/macaroon: macaroon.go)
  const asserted = caveats.find(isAttestation);
  if (asserted !== undefined) return { kind: 'no', caveats: [asserted] };
  const possible = possibilities(caveats, question, work);
  if (possible === undefined) return UNREADABLE;
  const { choices, unknowns } = possible;
  const known = caveats.filter(isKnown);
  const unread = caveats.find((it) => !isKnown(it));
  const tried = choices.map((choice) => {
    const blocks = unknowns.map((unknown) => blocking(known, { ...unknown, ...choice }));
    const refusals = blocks.filter((it) => it !== undefined);
    return {
      choice,
      first: refusals[0] ?? unread,
      isRefused: refusals.length === blocks.length,
      isAllowed: refusals.length === 0 && unread === undefined,
    };
  });
  const allowed = tried.filter(({ isAllowed }) => isAllowed);
  if (allowed.length === tried.length) return { kind: 'yes', only: [] };
  if (allowed.length > 0) return { kind: 'yes', only: allowed.map(({ choice }) => choice) };
  const [first] = tried;
  const open = tried.find(({ isRefused }) => !isRefused);
  if (open !== undefined) return { kind: 'open', caveat: open.first };
  return { kind: 'no', caveats: first?.first === undefined ? [] : [first.first] };
}

/** Caveats of a bundle's permission tokens, token by token; undefined for one that can't be read. */
export type CaveatSets = readonly (readonly Caveat[] | undefined)[];

/** A bundle allows what any of its permission tokens does. */
export function judgeAny(tokens: CaveatSets, question: Question, work?: Effort): Verdict {
  let open: Verdict | undefined;
  const caveats: Caveat[] = [];
  const only: AccessChoice[] = [];
  for (const [index, token] of tokens.entries()) {
    const verdict = token === undefined || index >= MOST_TOKENS ? UNREADABLE : judge(token, question, work);
    if (verdict.kind === 'yes' && verdict.only.length === 0) return verdict;
    if (verdict.kind === 'yes') only.push(...verdict.only);
    else if (verdict.kind === 'open') open ??= verdict;
    else caveats.push(...verdict.caveats);
  }
  if (only.length > 0) return { kind: 'yes', only };
  // Without a permission token there is nothing to be read.
  if (tokens.length === 0) return UNREADABLE;
  return open ?? { kind: 'no', caveats };
}

/** Types that Fly keeps to itself, or that are newer than this, may mean anything to Fly. (superfly/macaroon: caveat.go) */
function isKnown(caveat: Caveat): boolean {
  if (caveat.name === 'IfPresent') return caveat.body.ifs.every(isKnown);
  return caveat.name !== 'Unregistered';
}

/** The first caveat in the way, as `prohibits` finds it. */
function blocking(caveats: readonly Caveat[], access: Access): Caveat | undefined {
  return caveats.find((caveat) => prohibits([caveat], access) !== undefined);
}
