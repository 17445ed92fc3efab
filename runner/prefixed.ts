import type { Variables } from './step-result.js';

/** Turns names of a context into names of variables: a prefix, then upper case. */
export function prefixed(prefix: string, values: Variables): Variables {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name.toUpperCase()}`, value]),
  );
}
