import type * as v from '@badrap/valita';

/** Makes the type of a field that may be `null`, or left out. */
export function maybe<T>(type: v.Type<T>): v.Optional<T | null> {
  return type.nullable().optional();
}
