/**
 * What a reader of tokens gives, or undefined where it refuses the token; any other error is a fault of the
 * emulator and goes on. The refusal is told by its name: its class is not part of the token code.
 */
export function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.name === 'ActionError') return undefined;
    throw error;
  }
}
