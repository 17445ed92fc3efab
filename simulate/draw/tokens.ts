import type { Dice } from '../../fuzz/dice.js';
import type { ScriptApp, ScriptToken } from '../script/script.js';
import type { Features } from './features.js';
import { OUR_ORG } from './fleet.js';

/** Tokens of a script by name. `deploy` is for the first app alone, `all` for all of ours, `org` for the whole organization. */
export type DrawnTokens = Readonly<Record<string, ScriptToken>>;

/** Draws the tokens that steps are given. */
export function drawTokens(
  _dice: Dice,
  { apps }: { readonly features: Features; readonly apps: readonly ScriptApp[] },
): DrawnTokens {
  const ours = apps.filter(({ org }) => org === OUR_ORG).map(({ name }) => name);
  return {
    deploy: { app: ours.slice(0, 1) },
    all: { app: ours },
    org: { org: OUR_ORG },
  };
}
