/** Pauses between two tries, in milliseconds: well within a second together. */
const PAUSES_MS = [10, 40, 100, 200, 300] as const;
/** Errors that pass: a scanner that has a file open for a moment, on Windows above all; a signal; and too many open files. */
const MOMENTARY = new Set(['EBUSY', 'EPERM', 'EACCES', 'EINTR', 'EAGAIN', 'EMFILE', 'ENFILE']);

/**
 * Tries again what was refused for a moment. Waits in place: what comes next hangs on it, and it takes no more than a blink.
 * `isFinal` tells what no time mends.
 */
export function patiently<T>(
  work: () => T,
  pause: (ms: number) => void,
  isFinal: () => boolean = () => false,
): T {
  for (const ms of PAUSES_MS) {
    try {
      return work();
    } catch (error) {
      if (!MOMENTARY.has(errorCode(error)) || isFinal()) throw error;
    }
    pause(ms);
  }
  return work();
}

/** Returns the code of an error, such as `ENOENT`; for one without a code, its text. */
export function errorCode(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : String(error);
}
