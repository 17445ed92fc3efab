import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult } from '../commands/result.js';
import { formatTime } from '../text.js';

/** Half of what a job's outputs may hold together, in UTF-16 units. */
const LONGEST_OUTPUT = 262_144;

/** Every output and what it is; the same for all commands. For action.yml and the README. */
export const OUTPUTS = {
  machines:
    'JSON array, an object per machine: `app, id, name, region, process_group, private_ip, state, previous_state, outcome, reason, duration_ms, error`. Empty when it would be too large; see `machines-file`.',
  'machines-file': 'Path of a file with the same JSON, whatever its size.',
  'machine-ids':
    'JSON array of the ids of all selected machines but the skipped ones, for a matrix with `fromJSON`.',
  'changed-ids': 'JSON array of the ids of the machines that this step changed.',
  'failed-ids': 'JSON array of the ids of the machines that failed.',
  apps: 'JSON array of the apps.',
  count: 'How many machines were selected and not skipped.',
  'changed-count': 'How many were changed.',
  'failed-count': 'How many failed.',
  'expires-at': 'RFC 3339 end of what can be used now without a refresh; empty when never.',
  'token-expires-at': 'RFC 3339 end of the permission token itself; empty when never.',
  token: 'The token and its discharges; only with `export-token`.',
} as const;

/** Name of an output, as in action.yml. */
export type OutputName = keyof typeof OUTPUTS;

/** The outputs of a result; `auth` sets the token itself, where it is asked to. */
export type Outputs = Record<Exclude<OutputName, 'token'>, string>;

/** Ends of the token in Unix milliseconds; undefined or infinite means that there is none. */
export interface TokenEnds {
  readonly usableUntil: number | undefined;
  readonly tokenEnds: number | undefined;
}

/** Of a step that failed before anything was known of its token. */
export const NO_ENDS: TokenEnds = { usableUntil: undefined, tokenEnds: undefined };

/** The outputs of a result. `machines` is empty where it would pass GitHub's limit, the file never is. */
export function outputsOf(result: CommandResult, ends: TokenEnds, machinesFile: string): Outputs {
  const idsOf = (...outcomes: readonly string[]) =>
    result.machines.filter(({ outcome }) => outcomes.includes(outcome)).map(({ id }) => id);
  const selected = idsOf('changed', 'unchanged', 'requested', 'failed');
  const changed = idsOf('changed', 'requested');
  const failed = idsOf('failed');
  const machines = JSON.stringify(result.machines);
  return {
    machines: machines.length > LONGEST_OUTPUT ? '' : machines,
    'machines-file': machinesFile,
    'machine-ids': JSON.stringify(selected),
    'changed-ids': JSON.stringify(changed),
    'failed-ids': JSON.stringify(failed),
    apps: JSON.stringify(result.apps),
    count: String(selected.length),
    'changed-count': String(changed.length),
    'failed-count': String(failed.length),
    'expires-at': time(ends.usableUntil),
    'token-expires-at': time(ends.tokenEnds),
  };
}

/** Writes the machines as JSON into the folder and returns the file's path; readable by this user only. */
export function writeMachinesFile(folder: string, name: string, result: CommandResult): string {
  const path = join(folder, `fly-machines-${name}.json`);
  writeFileSync(path, JSON.stringify(result.machines), { mode: 0o600 });
  return path;
}

function time(ms: number | undefined): string {
  return ms === undefined || !Number.isFinite(ms) ? '' : formatTime(ms);
}
