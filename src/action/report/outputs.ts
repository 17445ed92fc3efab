import type { CommandResult, MachineResult, Outcome } from '../../commands/result/result.js';
import type { Files } from '../../files/files.js';
import { reportJson } from '../../permissions/report-json.js';
import { commandWord, formatTime } from '../../text.js';
import { joinedWithin, jsonArray } from './json-array.js';

/**
 * Most that the outputs of a step hold in all, in UTF-16 units: GitHub takes 1 MB of outputs from a job, at two bytes a
 * unit. The rest is left for a token, and for another step's small outputs.
 */
const MOST_UNITS = 480_000;

/** Descriptions of all outputs, the same for all commands; action.yml and docs/outputs.md show them. */
export const OUTPUTS = {
  machines: 'JSON array, an object per machine; empty when too large: see `machines-file`.',
  'machines-file': 'Path of a file with the same JSON, always there.',
  'machine-ids': 'JSON array of the ids of what was selected and not skipped.',
  'changed-ids': 'JSON array of the ids that this step changed.',
  'failed-ids': 'JSON array of the ids that failed.',
  apps: 'JSON array of the apps.',
  count: 'How many were selected and not skipped.',
  'changed-count': 'How many were changed.',
  'failed-count': 'How many failed.',
  'would-change-ids': 'JSON array of the ids that a dry run would change.',
  'would-change-count': 'How many a dry run would change.',
  text: 'The result as a line of plain text.',
  'idle-hours': 'Machine-hours that `stop-idle` found running idle, at least.',
  report: 'JSON object of what `inspect` found out about the token.',
  'expires-at': 'RFC 3339 end of use without a refresh; empty when never.',
  'token-expires-at': "RFC 3339 end of the token, or of the session's copy; empty when never.",
  token: 'The token and its discharges, with `export-token`.',
} as const;

/** Name of an output, as in action.yml. */
export type OutputName = keyof typeof OUTPUTS;

/** Outputs of a result. `token` is not among them: `auth` sets it itself, if the user asks for it. */
export type Outputs = Record<Exclude<OutputName, 'token'>, string>;

/** Ends of the token in Unix ms; undefined or infinite means that there is none. */
export interface TokenEnds {
  readonly usableUntil: number | undefined;
  readonly tokenEnds: number | undefined;
}

/** Ends for a step that failed before it knew anything of its token. */
export const NO_ENDS: TokenEnds = { usableUntil: undefined, tokenEnds: undefined };

/** Result of one machine in the shape of the outputs. */
export interface MachineReport {
  readonly app: string;
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly process_group: string;
  readonly private_ip: string;
  /** State as last read. */
  readonly state: string;
  readonly previous_state: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly duration_ms: number;
  /** Class, message and request id; null unless it failed. */
  readonly error: string | null;
  /** Set if a command ran in the machine. */
  readonly exit_code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Turns a machine's result into the shape of the outputs. */
export function reportOf({ machine, exec, error, ...result }: MachineResult): MachineReport {
  return {
    app: machine.app,
    id: machine.id,
    name: machine.name,
    region: machine.region,
    process_group: machine.processGroup ?? '',
    private_ip: machine.privateIp ?? '',
    state: result.state,
    previous_state: machine.state,
    outcome: result.outcome,
    reason: result.reason,
    duration_ms: result.durationMs,
    error: error?.headline ?? null,
    ...(exec === undefined ? {} : { exit_code: exec.exitCode, stdout: exec.stdout, stderr: exec.stderr }),
  };
}

/**
 * Returns the outputs of a result. In all they stay below GitHub's limit: a list that would pass it becomes empty, the
 * list of machines before the others. The file always has every machine.
 */
export function outputsOf(
  result: CommandResult,
  { ends, machinesFile, text }: { ends: TokenEnds; machinesFile: string; text: string },
): Outputs {
  const idsOf = (...outcomes: readonly Outcome[]) =>
    result.machines
      .filter(({ outcome }) => outcomes.includes(outcome))
      .map(({ machine }) => commandWord(machine.id));
  const selected = idsOf('changed', 'unchanged', 'requested', 'failed');
  const changed = idsOf('changed', 'requested');
  const failed = idsOf('failed');
  const wouldChange = result.machines.flatMap(({ machine, wouldChange: verb }) =>
    verb === undefined ? [] : [commandWord(machine.id)],
  );
  const small = {
    'machines-file': machinesFile,
    count: String(selected.length),
    'changed-count': String(changed.length),
    'failed-count': String(failed.length),
    'would-change-count': String(wouldChange.length),
    text,
    'idle-hours': String(result.idleHours ?? ''),
    report: result.report === undefined ? '' : reportJson(result.report),
    'expires-at': result.report?.usable_until === null ? '' : timeText(ends.usableUntil),
    'token-expires-at': timeText(ends.tokenEnds),
  };
  let left = MOST_UNITS - Object.values(small).join('').length;
  const fitting = (pieces: Iterable<string>) => {
    const text = joinedWithin(left, pieces);
    left -= text.length;
    return text;
  };
  const lists = {
    apps: fitting(jsonArray(result.apps)),
    'machine-ids': fitting(jsonArray(selected)),
    'changed-ids': fitting(jsonArray(changed)),
    'failed-ids': fitting(jsonArray(failed)),
    'would-change-ids': fitting(jsonArray(wouldChange)),
  };
  return { machines: fitting(jsonArray(result.machines, reportOf)), ...small, ...lists };
}

/** Returns the names of the lists that were too large and are therefore empty texts; an empty array is `[]`. */
export function leftOut(outputs: Outputs): OutputName[] {
  const lists = ['apps', 'machine-ids', 'changed-ids', 'failed-ids', 'would-change-ids', 'machines'] as const;
  return lists.filter((name) => outputs[name] === '');
}

/** Writes the machines as JSON to a file that only this user can read, and returns its path. */
export function writeMachinesFile(files: Files, unique: string, { machines }: CommandResult): string {
  const name = `fly-machines-${unique}.json`;
  files.write(name, jsonArray(machines, reportOf));
  return files.path(name);
}

function timeText(ms: number | undefined): string {
  return ms === undefined || !Number.isFinite(ms) ? '' : formatTime(ms);
}
