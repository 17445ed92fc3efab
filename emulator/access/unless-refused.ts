/**
 * Returns what a reader of tokens returns, or undefined when it refuses the token. Any other error is a fault
 * of the emulator and passes through. The name of the error tells them apart, because its class is not part of
 * the token code.
 */
export function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.name === 'ActionError') return undefined;
    throw error;
  }
}
