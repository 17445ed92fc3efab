/** What a promise rejects with; throws when it doesn't. */
export async function caught(work: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    return error;
  }
  throw new Error(`It did not fail, but came to ${JSON.stringify(value)}`);
}

/** What a call throws; throws when it doesn't. */
export function thrownBy(work: () => unknown): unknown {
  let value: unknown;
  try {
    value = work();
  } catch (error) {
    return error;
  }
  throw new Error(`It did not throw, but came to ${JSON.stringify(value)}`);
}
