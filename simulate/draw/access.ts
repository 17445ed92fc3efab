import type { Dice } from '../../fuzz/dice.js';
import type { ScriptApp } from '../script/script.js';
import type { Features } from './features.js';
import { OUR_ORG } from './fleet.js';
import type { Given } from './inputs/inputs-plan.js';
import type { TokenName } from './tokens.js';

/** Origin of the third parties, for which steps have credentials. */
export const PARTY_ORIGIN = 'https://fly.test';
/** Credential that the user's own third party wants, where it wants one. */
export const CREDENTIAL = 'Bearer T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';

/** Apps that a step or a session is about, and the inputs that say so. */
export interface Scope {
  readonly apps: readonly ScriptApp[];
  readonly inputs: Given;
  /** True for all apps of an organization. */
  readonly isSweeping: boolean;
}

/** Ways for the steps of a job to come by a token: a session, an input each, or a variable of the environment. */
export interface Access {
  readonly by: 'session' | 'input' | 'env';
  readonly token: TokenName;
  /** Apps that the token is for. */
  readonly apps: readonly ScriptApp[];
  /** Scope that a session, or the environment, gives to steps which say nothing. */
  readonly scope: Scope;
  readonly env: Readonly<Record<string, string>>;
}

/** Draws how the steps of a job come by a token, and which apps they are about. */
export function drawAccess(
  dice: Dice,
  { features, apps }: { readonly features: Features; readonly apps: readonly ScriptApp[] },
): Access {
  const ours = apps.filter(({ org }) => org === OUR_ORG);
  const by = features.sessions ? 'session' : dice.chance(0.3) ? 'env' : 'input';
  const isOrg = features.organizations && dice.chance(0.7);
  const token = isOrg ? 'org' : ours.length > 1 && dice.chance(0.7) ? 'all' : 'deploy';
  const reach = token === 'deploy' ? ours.slice(0, 1) : ours;
  const scope = isOrg && dice.chance(0.8) ? drawSweep(dice, reach) : drawNames(dice, reach);
  return { by, token, apps: reach, scope, env: by === 'env' ? drawEnv(dice, token, scope) : {} };
}

function drawEnv(dice: Dice, token: TokenName, { apps, isSweeping }: Scope): Record<string, string> {
  const [only] = apps;
  const isNamed = apps.length === 1 && !isSweeping && dice.chance(0.5);
  return {
    [dice.pick(['FLY_API_TOKEN', 'FLY_ACCESS_TOKEN'])]: `{token:${token}}`,
    ...(isNamed && only !== undefined && { FLY_APP: only.name }),
  };
}

/** Draws the scope of one step, and the inputs that give it: nothing where the session's will do. */
export function drawScope(dice: Dice, { by, apps, scope, env }: Access): Scope {
  const says = by === 'session' || env['FLY_APP'] !== undefined;
  if (says && dice.chance(0.75)) return { ...scope, inputs: {} };
  if (scope.isSweeping) return dice.chance(0.7) ? drawSweep(dice, apps) : drawNames(dice, apps);
  return drawNames(dice, scope.apps);
}

/** Names one or more apps. */
function drawNames(dice: Dice, apps: readonly ScriptApp[]): Scope {
  const some = apps.length > 1 && dice.chance(0.5) ? apps : [dice.pick(apps)];
  const names = some.map(({ name }) => name);
  return { apps: some, isSweeping: false, inputs: { app: names.join(dice.pick([',', ', ', '\n'])) } };
}

/** Chooses apps of an organization by patterns, or all of them. */
function drawSweep(dice: Dice, all: readonly ScriptApp[]): Scope {
  const org = { org: OUR_ORG };
  const fits = (test: (name: string) => boolean) => all.filter(({ name }) => test(name));
  const staging = fits((name) => name.startsWith('staging-'));
  switch (dice.below(staging.length > 1 || dice.chance(0.1) ? 5 : staging.length > 0 ? 4 : 3)) {
    case 0:
      return { apps: all, isSweeping: true, inputs: org };
    case 1:
      return { apps: all, isSweeping: true, inputs: { ...org, app: '*' } };
    case 2:
      return {
        apps: fits((name) => name !== 'my-app'),
        isSweeping: true,
        inputs: { ...org, app: '*, !my-app' },
      };
    case 3:
      return { apps: staging, isSweeping: false, inputs: { ...org, app: 'staging-*' } };
    default:
      // An exclusion that no app fits is an error, which is as it should be now and then.
      return {
        apps: fits((name) => name.startsWith('staging-') && name !== 'staging-api'),
        isSweeping: false,
        inputs: { ...org, app: 'staging-*, !staging-api' },
      };
  }
}

/** Returns the inputs by which a step brings a token, where it must. */
export function tokenInputs({ by, token }: Pick<Access, 'by' | 'token'>): Given {
  return by === 'input' ? { token: `{token:${token}}` } : {};
}
