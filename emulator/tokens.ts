import { parseAction } from '../src/macaroon/action-mask.js';
import { attenuate } from '../src/macaroon/attenuate.js';
import { parseToken, ticketsOf, tokenText } from '../src/macaroon/bundle.js';
import type { Caveat } from '../src/macaroon/caveats.js';
import { type Macaroon, PERMISSION_LOCATION } from '../src/macaroon/macaroon.js';
import { addThirdParty, mint } from '../src/macaroon/mint.js';
import { issueDischarge, locationOf, PARTIES, partyAt } from './third-parties/parties.js';
import type { App, World } from './world.js';

export interface TokenOptions {
  /** Names; absent = everything in the organization. */
  readonly app?: string | readonly string[];
  /** Slug, for a token without an app. Default: that of the first app. */
  readonly org?: string;
  /** Letters of the mask on the apps, or the organization; default `*`. */
  readonly actions?: string;
  /** Unix seconds. Default: never. */
  readonly expires?: number;
  /** Who must discharge: true = the authentication service, `aaa`, `own`, or any location (which nobody answers here). Default true. */
  readonly thirdParty?: boolean | string | readonly string[];
  /** Adds discharges as the third parties issue them now; a number = living so many milliseconds. Default false. */
  readonly withDischarge?: boolean | number;
  readonly extraCaveats?: readonly Caveat[];
  /** How many permission tokens stand in the bundle. Default 1. */
  readonly permissions?: number;
}

/** Mints a token as `fly tokens create` prints it: `FlyV1 fm2_…[,fm2_…]`, permission tokens first. */
export function mintToken(world: World, options: TokenOptions = {}): string {
  const { permissions = 1, withDischarge = false } = options;
  const minted = Array.from({ length: permissions }, () => tokenText(mintPermission(world, options)));
  const token = `FlyV1 ${minted.join(',')}`;
  if (withDischarge === false) return token;
  return dischargeToken(world, token, withDischarge === true ? undefined : withDischarge);
}

/** Appends a discharge for every ticket of this Fly's third parties in a token text. */
export function dischargeToken(world: World, token: string, lifetimeMs?: number): string {
  const tickets = token
    .replace(/^FlyV1 /, '')
    .split(',')
    .flatMap((text) => ticketsOf(parseToken(text)));
  const discharges = tickets.flatMap(({ location, ticket }) => {
    const party = partyAt(world, location);
    if (party === undefined) return [];
    return [tokenText(issueDischarge(world, { party, ticket, lifetimeMs }))];
  });
  return [token, ...discharges].join(',');
}

function mintPermission(world: World, options: TokenOptions): Macaroon {
  const { keys, random } = world;
  const scope = scopeOf(world, options);
  const nonce = { kid: keys.kid, rnd: random(16), proof: false };
  const caveats = [...scope.caveats, ...expiry(world, options.expires)];
  let macaroon = mint({ nonce, location: PERMISSION_LOCATION, key: keys.root, caveats });
  for (const wanted of thirdPartiesOf(options.thirdParty ?? true)) {
    const known = PARTIES.find((party) => party === wanted);
    const location = known === undefined ? wanted : locationOf(world, known);
    const party = partyAt(world, location);
    const terms = {
      location,
      sharedKey: party === undefined ? random(32) : keys[party],
      caveats: party === 'aaa' ? [confine(scope.organizationId)] : [],
    };
    macaroon = addThirdParty(macaroon, terms, random);
  }
  if (options.extraCaveats === undefined) return macaroon;
  return attenuate(macaroon, options.extraCaveats);
}

function scopeOf(
  world: World,
  { app, org, actions = '*' }: TokenOptions,
): { organizationId: bigint; caveats: Caveat[] } {
  const mask = parseAction(actions);
  if (app === undefined) {
    const slug = org ?? [...world.organizations.keys()][0];
    const organization = world.organizations.get(slug ?? '');
    if (organization === undefined) throw new Error(`There is no organization ${slug}.`);
    const caveat: Caveat = { name: 'Organization', body: { id: organization.id, mask } };
    return { organizationId: organization.id, caveats: [caveat] };
  }
  const apps = (typeof app === 'string' ? [app] : app).map((name) => appNamed(world, name));
  const organizationId = apps[0]?.organization.id ?? 0n;
  if (apps.some(({ organization }) => organization.id !== organizationId)) {
    throw new Error('A token never spans two organizations.');
  }
  const masks = new Map(apps.map(({ numericId }) => [numericId, mask] as const));
  return {
    organizationId,
    caveats: [
      { name: 'Organization', body: { id: organizationId, mask: parseAction('*') } },
      { name: 'Apps', body: { apps: masks } },
    ],
  };
}

function appNamed(world: World, name: string): App {
  const app = world.apps.get(name);
  if (app === undefined) throw new Error(`There is no app ${name}.`);
  return app;
}

function thirdPartiesOf(wanted: NonNullable<TokenOptions['thirdParty']>): readonly string[] {
  if (typeof wanted === 'boolean') return wanted ? ['aaa'] : [];
  return typeof wanted === 'string' ? [wanted] : wanted;
}

function expiry(world: World, expires: number | undefined): Caveat[] {
  if (expires === undefined) return [];
  // Tokens made for a test may have ended already; their window then lies wholly in the past.
  const start = Math.min(Math.floor(world.clock.now() / 1_000), expires - 60);
  return [{ name: 'ValidityWindow', body: { not_before: BigInt(start), not_after: BigInt(expires) } }];
}

const confine = (id: bigint): Caveat => ({ name: 'ConfineOrganization', body: { id } });
