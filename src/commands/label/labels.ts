import type { Machine } from '../../machines/machine/machine.js';
import { enumerated, joined } from '../../text.js';

/** Entry of a machine's metadata as a step wants it. */
export interface Label {
  readonly key: string;
  /** Value to set; undefined removes the key. */
  readonly value: string | undefined;
}

/**
 * Returns the labels that a machine lacks. While its host is out of reach Fly may know a part of its metadata only, so
 * that a key which isn't shown may be there all the same.
 */
export function lacking(
  { metadata, hostStatus }: Pick<Machine, 'metadata' | 'hostStatus'>,
  labels: readonly Label[],
): Label[] {
  return labels.filter(({ key, value }) =>
    Object.hasOwn(metadata, key) ? metadata[key] !== value : value !== undefined || hostStatus !== 'ok',
  );
}

/** Says which keys were written, without their values: `set hours; removed keep-alive-until`. */
export function labelWords(labels: readonly Label[]): string {
  const [set, removed] = [true, false].map((isSet) =>
    labels.filter(({ value }) => (value !== undefined) === isSet).map(({ key }) => key),
  );
  const words = (verb: string, keys: readonly string[] = []) =>
    keys.length === 0 ? '' : `${verb} ${enumerated(keys)}`;
  return joined(words('set', set), words('removed', removed));
}
