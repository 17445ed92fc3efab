import golden from '../../fixtures/macaroons.json' with { type: 'json' };

const bytes = (base64: string) => Buffer.from(base64, 'base64');

/** Key of the golden permission tokens. */
export const goldenKey = bytes(golden.permissionKey);

/** Keys that the golden tokens' issuer shares with third parties, by location. */
export const goldenThirdPartyKeys = new Map(
  Object.entries(golden.thirdPartyKeys).map(([location, key]) => [location, bytes(key)]),
);

/** Tokens that Fly's own Go code wrote, with what it says of each. */
export const goldenTokens = golden.tokens.map((token) => ({
  ...token,
  kid: bytes(token.kid ?? ''),
  packed: bytes(token.packed),
}));

/** Whole headers that Fly's own Go code wrote, and what it makes of their permission tokens. */
export const goldenBundles = golden.bundles.map((bundle) => ({
  ...bundle,
  permissions: bundle.permissions.map(({ uuid, verified, refused }) => ({
    uuid,
    refused,
    /** The packed caveats that are left to check; undefined where the token doesn't verify. */
    verified: verified === null ? undefined : bytes(verified),
  })),
}));

export function goldenToken(name: string): (typeof goldenTokens)[number] {
  return named(goldenTokens, name);
}

export function goldenBundle(name: string): (typeof goldenBundles)[number] {
  return named(goldenBundles, name);
}

function named<T extends { readonly name: string }>(vectors: readonly T[], name: string): T {
  const found = vectors.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no golden vector is called ${name}`);
  return found;
}
