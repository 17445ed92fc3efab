import type { ExecResult } from '../../machines/api/client.js';

/** Length kept of each stream, in UTF-16 units, half from its beginning and half from its end. */
const KEPT_UNITS = 1024 * 1024;

/** Cuts each stream of a command's output to about a megabyte, with a note where it is cut. */
export function capped(result: ExecResult): ExecResult {
  return { ...result, stdout: cutMiddle(result.stdout), stderr: cutMiddle(result.stderr) };
}

function cutMiddle(text: string): string {
  if (text.length <= KEPT_UNITS) return text;
  const half = KEPT_UNITS / 2;
  const left = text.length - KEPT_UNITS;
  const note = `\n[… ${left} characters left out: 1 MB of each stream is kept …]\n`;
  return copied(text.slice(0, half)) + note + copied(text.slice(-half));
}

/** Copies a text: a slice would keep the whole text that it was cut from in memory. */
function copied(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
