import { formatAction } from './action-mask.js';
import { type CaveatJson, caveatJson } from './caveat-json.js';
import type { Caveat } from './caveats.js';

/**
 * A caveat's JSON form without what is of use to somebody else: of a third-party caveat the location is left, and of a
 * type that isn't known, whose body may be anything, the number.
 */
export function publicJson(caveat: Caveat): CaveatJson {
  if (caveat.name === '3P') return { type: '3P', body: { Location: caveat.body.location } };
  if (caveat.name === 'Unregistered') return { type: `${caveat.type}`, body: null };
  if (caveat.name !== 'IfPresent') return caveatJson(caveat);
  const { ifs, else: mask } = caveat.body;
  return { type: 'IfPresent', body: { ifs: ifs.map(publicJson), else: formatAction(mask) } };
}
