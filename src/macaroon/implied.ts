import type { Caveat } from './caveats.js';

const EVERY_BIT = 0xffff;

/**
 * True where a caveat takes nothing away that these leave. Sees that for actions, and for apps where an access names one, which is
 * what narrowing a second time comes to; false for all else.
 */
export function isImplied(caveat: Caveat, present: readonly Caveat[]): boolean {
  const allowed = present.reduce((mask, it) => (it.name === 'Action' ? mask & it.body : mask), EVERY_BIT);
  const fits = (mask: number, most = 0) => (mask & allowed & ~most) === 0;
  if (caveat.name === 'Action') return fits(EVERY_BIT, caveat.body);
  const more = appsWhereNamed(caveat);
  if (more === undefined) return false;
  return present.map(appsWhereNamed).some((own) => {
    if (own === undefined || !fits(own.else, more.else)) return false;
    return [...own.apps].every(([app, mask]) => fits(mask, more.apps.get(app)));
  });
}

function appsWhereNamed(caveat: Caveat) {
  if (caveat.name !== 'IfPresent') return undefined;
  const [only, ...others] = caveat.body.ifs;
  if (only?.name !== 'Apps' || others.length > 0) return undefined;
  return { apps: only.body.apps, else: caveat.body.else };
}
