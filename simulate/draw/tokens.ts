import type { Dice } from '../../fuzz/dice.js';
import type { ScriptApp, ScriptToken } from '../script/script.js';
import type { Features } from './features.js';
import { OUR_ORG } from './fleet.js';

/** Names of the tokens: for the first app alone, for all of ours, for the whole organization, and for the last app alone. */
export type TokenName = 'deploy' | 'all' | 'org' | 'second';

const MINUTE = 60_000;

/** Draws the tokens that steps are given. Most are plain deploy tokens; one flaw or peculiarity is that of all. */
export function drawTokens(
  dice: Dice,
  { features, apps }: { readonly features: Features; readonly apps: readonly ScriptApp[] },
): Readonly<Record<TokenName, ScriptToken>> {
  const ours = apps.filter(({ org }) => org === OUR_ORG).map(({ name }) => name);
  const kind = drawKind(dice, features);
  return {
    deploy: { app: ours.slice(0, 1), ...kind },
    all: { app: ours, ...kind },
    org: { org: OUR_ORG, ...kind },
    second: { app: ours.slice(-1), ...kind },
  };
}

type Kind = Omit<ScriptToken, 'app' | 'org'>;

function drawKind(dice: Dice, { tokens, ownThirdParty }: Features): Kind {
  const parties: Kind = ownThirdParty ? { thirdParty: dice.pick([['aaa', 'own'], ['own']]) } : {};
  if (!tokens) return parties;
  return {
    ...parties,
    ...dice.pick<Kind>([
      { actions: dice.pick(['r', 'rC', 'rC', 'rC']) },
      { actions: 'rwC' },
      { thirdParty: false },
      { thirdParty: dice.chance(0.3) ? ['aaa', 'https://elsewhere.test/discharge'] : 'aaa' },
      { permissions: 2 },
      { permissions: 3, withDischarge: true },
      { withDischarge: true },
      { withDischarge: 30_000 },
      { withDischarge: 4 * MINUTE },
      { expiresAt: dice.pick([-MINUTE, 0, 3_000, 20_000]) },
      { expiresAt: dice.pick([5 * MINUTE, 11 * MINUTE, 30 * MINUTE, 90 * MINUTE]) },
      { expiresAt: 24 * 60 * MINUTE },
    ]),
  };
}
