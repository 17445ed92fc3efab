import golden from '../fixtures/macaroons.json' with { type: 'json' };

/** Tokens that Fly's own Go module wrote, with what it says of them. */
export const vectors = golden.vectors.map((vector) => ({
  ...vector,
  kid: Buffer.from(vector.kid, 'base64'),
  key: Buffer.from(vector.key, 'base64'),
  packed: Buffer.from(vector.packed, 'base64'),
}));

export const goldenThirdPartyKey = Buffer.from(golden.thirdPartyKey, 'base64');

export function vector(name: string): (typeof vectors)[number] {
  const found = vectors.find((it) => it.name.startsWith(name));
  if (found === undefined) throw new Error(`no golden vector is called ${name}`);
  return found;
}
