import type { LogEntry } from '../interop/workflows/log-entry.js';

/** Commands of a step to its runner that a person doesn't see; the summary comes at the end. */
const UNSEEN: readonly string[] = [
  'add-mask',
  'set-output',
  'set-env',
  'add-path',
  'save-state',
  'endgroup',
  'summary',
];
/** Begin of the lines of a step's messages. */
const LABELS: Readonly<Record<string, string>> = {
  group: '▾ ',
  error: 'Error: ',
  warning: 'Warning: ',
  notice: 'Notice: ',
  debug: 'Debug: ',
};
/** Words of act about its own work, and about a folder that is no repository of git. */
const OF_ACT =
  /^(?:unable to get git |path.*not located inside a git repository|LocalRepositoryCache |Cleaning up container )/;

/** Returns the lines of an entry of act's log as a person reads it; none for what GitHub doesn't show. */
export function linesOf({ msg, command, arg = '', stepResult, stage }: LogEntry): string[] {
  if (OF_ACT.test(msg)) return [];
  if (command !== undefined) {
    const label = LABELS[command];
    if (UNSEEN.includes(command) || label === undefined) return [];
    return indented(`${label}${arg}`);
  }
  if (stepResult !== undefined || stage === undefined || msg.startsWith('⭐')) return [msg.trim()];
  return indented(msg);
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`);
}
