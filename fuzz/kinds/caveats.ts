import { permission } from '../../__tests__/support/tokens/tokens.js';
import { describeBundle } from '../../src/action/report/describe-token.js';
import { Page } from '../../src/action/summary/page.js';
import { addToken } from '../../src/action/summary/token-section.js';
import { parseBundle, tokenText } from '../../src/macaroon/bundle.js';
import { caveatJson, parseCaveats } from '../../src/macaroon/caveat-json.js';
import { type Caveat, encodeCaveats } from '../../src/macaroon/caveats.js';
import { UNASKED } from '../../src/permissions/fly-answer.js';
import { tokenReport } from '../../src/permissions/token-report.js';
import type { Dice } from '../dice.js';
import { expect, outcomeOfCall } from '../expect.js';
import { TEXTS } from '../hostile.js';
import { mutateJson } from '../mutate.js';
import type { Kind } from './kind.js';

const MOST_TOKENS = 6;
const MOST_CAVEATS = 300;
const MASKS = [0, 1, 16, 17, 31, 0xffff];
const TIMES = [0n, 1n, 1_000n, 2_000_000_000n, 2n ** 62n, -(2n ** 62n)];

/** Kind: tokens of caveats that are many, nested, or hostile. The report on them must come in time. */
export const caveatsKind: Kind = {
  name: 'caveats',
  share: 40,
  run(dice) {
    const text = Array.from({ length: 1 + dice.below(MOST_TOKENS) }, () =>
      tokenText(permission(...buildCaveats(dice, MOST_CAVEATS))),
    ).join(',');
    const read = outcomeOfCall(() => parseBundle(text));
    // This one is too long.
    if ('error' in read) return;
    const bundle = read.value;
    const lines = describeBundle(bundle);
    expect(lines.length >= bundle.permissions.length, () => 'the report leaves out a token');
    const inspected = { bundle, failureOf: () => undefined, now: 1_000, usableUntil: undefined };
    const report = tokenReport({ ...inspected, app: 'my-app', originalEnd: undefined }, UNASKED);
    const page = new Page();
    addToken(page, report, 0);
    expect(Buffer.byteLength(page.text) < 1_000_000, () => 'the summary is too long');
  },
};

/**
 * Kind: damaged caveats in JSON. The reader refuses them with a classed error, or reads them so that it can
 * write them again.
 */
export const caveatJsonKind: Kind = {
  name: 'caveat-json',
  share: 60,
  run(dice) {
    const json = mutateJson(dice, buildCaveats(dice, 20).map(caveatJson));
    const read = outcomeOfCall(() => parseCaveats(json));
    if ('error' in read) {
      expect(read.error.class === 'input', () => `reading throws ${read.error.line}`);
      return;
    }
    const again = parseCaveats(read.value.map(caveatJson));
    const isSame = Buffer.compare(encodeCaveats(again), encodeCaveats(read.value)) === 0;
    expect(isSame, () => 'caveats change on their way through JSON');
  },
};

function buildCaveats(dice: Dice, most: number, depth = 0): Caveat[] {
  const make = () => buildCaveat(dice, most, depth);
  if (dice.chance(0.1)) return Array.from({ length: most * (1 + dice.size(60)) }, () => ACTION);
  return Array.from({ length: 1 + dice.size(depth === 0 ? 30 : most) }, make);
}

const ACTION: Caveat = { name: 'Action', body: 31 };

function buildCaveat(dice: Dice, most: number, depth: number): Caveat {
  const mask = () => dice.pick(MASKS);
  // Converts the text to UTF-8, which is all that a token can hold.
  const text = () =>
    dice.chance(0.2) ? Buffer.from(dice.pick(TEXTS).slice(0, 100)).toString() : `m${dice.below(most)}`;
  const id = () => BigInt(dice.below(most));
  const many = <T>(one: () => T) => Array.from({ length: dice.size(most / 3) }, one);
  const set = <K>(key: () => K) => new Map(many(() => [key(), mask()] as const));
  switch (dice.below(depth < 3 ? 9 : 8)) {
    case 0:
      return { name: 'Apps', body: { apps: set(id) } };
    case 1:
      return { name: 'Machines', body: { machines: set(text) } };
    case 2:
      return { name: 'Organization', body: { id: id(), mask: mask() } };
    case 3:
      return { name: 'FlySrc', body: { organization: text(), app: text(), instance: text() } };
    case 4:
      return { name: 'ValidityWindow', body: { not_before: dice.pick(TIMES), not_after: dice.pick(TIMES) } };
    case 5:
      return { name: 'Commands', body: many(() => ({ args: many(text), exact: dice.chance(0.5) })) };
    case 6:
      return { name: 'FromMachineSource', body: { id: text() } };
    case 7:
      return { name: 'Action', body: mask() };
    default:
      return {
        name: 'IfPresent',
        body: { ifs: buildCaveats(dice, Math.ceil(most / 10), depth + 1), else: mask() },
      };
  }
}
