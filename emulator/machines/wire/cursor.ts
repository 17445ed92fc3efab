/** The place at which a list of an organization's machines continues. */
export interface Cursor {
  /** Update time, in milliseconds since 1970, and id of the last machine shown. */
  readonly updatedAt: number;
  readonly id: string;
  /** True: an empty page comes first. */
  readonly pause: boolean;
}

/** Writes a cursor as a text that means nothing to its reader. */
export function writeCursor({ updatedAt, id, pause }: Cursor): string {
  return Buffer.from(JSON.stringify([updatedAt, id, pause])).toString('base64url');
}

/** Reads a cursor; undefined when the emulator didn't write it. */
export function readCursor(text: string): Cursor | undefined {
  let given: unknown;
  try {
    given = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(given)) return undefined;
  const [updatedAt, id, pause]: unknown[] = given;
  if (typeof updatedAt !== 'number' || typeof id !== 'string' || typeof pause !== 'boolean') return undefined;
  return { updatedAt, id, pause };
}
