import type { ExecResult } from '../machines/api/client.js';

/** Kept of each stream, in UTF-16 units, half from its beginning and half from its end. */
const MOST_KEPT = 1024 * 1024;

/** What a command wrote, each stream cut to about a megabyte, with a note where it is cut. */
export function capped(result: ExecResult): ExecResult {
  return { ...result, stdout: cut(result.stdout), stderr: cut(result.stderr) };
}

function cut(text: string): string {
  if (text.length <= MOST_KEPT) return text;
  const half = MOST_KEPT / 2;
  const left = text.length - MOST_KEPT;
  const note = `\n[… ${left} characters left out: 1 MB of each stream is kept …]\n`;
  return copied(text.slice(0, half)) + note + copied(text.slice(-half));
}

/** A slice keeps the whole text that it was cut from in memory. */
function copied(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
