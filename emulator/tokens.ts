import { parseAction } from '../src/macaroon/action-mask.js';
import { attenuate } from '../src/macaroon/attenuate.js';
import { parseToken, ticketsOf, tokenText } from '../src/macaroon/bundle.js';
import type { Caveat } from '../src/macaroon/caveats.js';
import { type Macaroon, PERMISSION_LOCATION } from '../src/macaroon/macaroon.js';
import { addThirdParty, mint } from '../src/macaroon/mint.js';
import { issueDischarge, locationOf, PARTIES, partyAt } from './third-parties/parties.js';
import type { App, World } from './world.js';

/** Options of a token to mint. */
export interface TokenOptions {
  /** App names; absent: everything in the organization. */
  readonly app?: string | readonly string[];
  /** Slug of the organization, for a token without an app. Default: the first app's. */
  readonly org?: string;
  /** Letters of the action mask on the apps or the organization. Default `*`. */
  readonly actions?: string;
  /** Expiry in Unix seconds. Default: never. */
  readonly expires?: number;
  /**
   * Third parties that must discharge the token: true for the authentication service, `aaa`, `own`, or any
   * location (whose party the emulator doesn't play). Default true.
   */
  readonly thirdParty?: boolean | string | readonly string[];
  /**
   * True adds discharges as the third parties issue them now; a number adds discharges that live that many
   * milliseconds. Default false.
   */
  readonly withDischarge?: boolean | number;
  /** Caveats to attenuate the token with. */
  readonly extraCaveats?: readonly Caveat[];
  /** Number of permission tokens in the bundle. Default 1. */
  readonly permissions?: number;
}

/**
 * Mints a token in the form that `fly tokens create` prints: `FlyV1 fm2_…[,fm2_…]`, permission tokens first.
 * Throws when there is no such app or organization, or when the apps belong to different organizations.
 */
export function mintToken(world: World, options: TokenOptions = {}): string {
  const { permissions = 1, withDischarge = false } = options;
  const minted = Array.from({ length: permissions }, () => tokenText(mintPermission(world, options)));
  const token = `FlyV1 ${minted.join(',')}`;
  if (withDischarge === false) return token;
  return dischargeToken(world, token, withDischarge === true ? undefined : withDischarge);
}

/** Appends a discharge to a token text for each ticket of this Fly's third parties. */
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
  // A test's token may have expired already; its window then lies wholly in the past.
  const start = Math.min(Math.floor(world.clock.now() / 1_000), expires - 60);
  return [{ name: 'ValidityWindow', body: { not_before: BigInt(start), not_after: BigInt(expires) } }];
}

const confine = (id: bigint): Caveat => ({ name: 'ConfineOrganization', body: { id } });
