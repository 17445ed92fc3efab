/** Where a list of an organization's machines goes on. */
export interface Cursor {
  /** Update time and id of the last machine that was shown. */
  readonly updatedAt: number;
  readonly id: string;
  /** Whether an empty page comes first. */
  readonly pause: boolean;
}

/** A text that says nothing to its reader. */
export function writeCursor({ updatedAt, id, pause }: Cursor): string {
  return Buffer.from(JSON.stringify([updatedAt, id, pause])).toString('base64url');
}

/** Undefined when it is none of ours. */
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
