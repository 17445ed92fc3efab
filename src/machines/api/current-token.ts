import * as v from '@badrap/valita';
import { maybe } from '../../maybe.js';
import { BRIEFLY } from './authorize.js';
import type { Call } from './call.js';

/** Token as Fly itself describes it, by names; what it doesn't tell is empty. */
export interface KnownToken {
  readonly organization: string;
  readonly slug: string;
  /** Apps that Fly names; it may name none for a token of the whole organization. */
  readonly apps: readonly string[];
  /** Machine from which alone it may be used. */
  readonly machine: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Names alone decide nothing, so one of another form is as good as none. */
const TextJson = v.unknown().map(text).optional();

const TokenJson = v
  .object({
    organization: TextJson,
    org_slug: TextJson,
    apps: v
      .unknown()
      .map((it) => (Array.isArray(it) ? it.map(text).filter((name) => name !== '') : []))
      .optional(),
    restricted_to_machine: TextJson,
  })
  .map(
    (json): KnownToken => ({
      organization: json.organization ?? '',
      slug: json.org_slug ?? '',
      apps: json.apps ?? [],
      machine: json.restricted_to_machine ?? '',
    }),
  );

const CurrentJson = v.object({ tokens: maybe(v.array(TokenJson)) }).map(({ tokens }) => tokens ?? []);

/** Returns the call that asks Fly what the tokens of this very request are for. It is tried once. */
export function currentTokenCall(): Call<readonly KnownToken[]> {
  return {
    method: 'GET',
    path: 'tokens/current',
    ...BRIEFLY,
    what: 'ask what the token is for',
    answer: CurrentJson,
  };
}
