import type { Printed, ProcessRun } from '../../history/history.js';

/** Words of a warning that a whole step could not be put back, or that more machines were not than it names. */
const OF_ALL = /not put back|nothing was put back|…and \d+ more/i;

/** Returns whether a line warns: as an annotation, or in the log alone, since the runner shows few annotations of a step. */
export function warns({ level, text }: Printed): boolean {
  return level === 'warning' || (level === 'info' && text.startsWith('Warning: '));
}

/** Returns whether a post has warned about a machine, or about all that a step changed. */
export function isToldAtEnd(
  posts: readonly ProcessRun[],
  machine: { readonly id: string; readonly name: string },
): boolean {
  return posts.some(({ printed }) =>
    printed.some(
      ({ text, title = '', ...line }) =>
        warns({ text, ...line }) &&
        (text.includes(machine.id) ||
          (machine.name !== '' && text.includes(machine.name)) ||
          OF_ALL.test(text) ||
          OF_ALL.test(title)),
    ),
  );
}
