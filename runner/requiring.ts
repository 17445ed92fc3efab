/**
 * Returns the value of NODE_OPTIONS by which a process loads a script of CommonJS before all else. Within its quotes a
 * backslash stands for the sign behind it, so that any path arrives as it is.
 */
export function requiring(script: string): string {
  return `--require ${JSON.stringify(script)}`;
}
