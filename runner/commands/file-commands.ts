import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prefixed } from '../prefixed.js';

const PREFIXES = {
  env: 'set_env_',
  output: 'set_output_',
  path: 'add_path_',
  state: 'save_state_',
  step_summary: 'step_summary_',
} as const;

/** Name of a file with which a step talks to the runner: the part after `GITHUB_`, in lower case. */
export type FileCommand = keyof typeof PREFIXES;

/** Files of one step, and the variables that name them. */
export interface FileCommands {
  readonly paths: Readonly<Record<FileCommand, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Creates the empty files of one step under `temp`. They stay until the job ends, so that later steps can read
 * them, as on the real runner.
 */
export function createFileCommands(temp: string): FileCommands {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const suffix = randomUUID();
  const create = (command: FileCommand) => {
    const path = join(folder, `${PREFIXES[command]}${suffix}`);
    writeFileSync(path, '', { flag: 'wx' });
    return path;
  };
  const paths = {
    env: create('env'),
    output: create('output'),
    path: create('path'),
    state: create('state'),
    step_summary: create('step_summary'),
  };
  return { paths, variables: prefixed('GITHUB_', paths) };
}

/** Reads the text of a file command; empty when the step deleted the file. */
export function readFileCommand(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').replace(/^\uFEFF/, '') : '';
}

/** Pairs of a file up to the first mistake. `problem` describes the mistake, which fails the step. */
export interface Pairs {
  readonly pairs: ReadonlyMap<string, string>;
  readonly problem?: string;
}

/**
 * Reads `name=value` lines and `name<<DELIMITER` blocks. Lines end at `\n`, so a `\r` belongs to the value; on
 * Windows, here unless told otherwise, they end at `\r\n` as well. Source: actions/runner, EnvFileKeyValuePairs.
 */
export function parsePairs(text: string, { windows = process.platform === 'win32' } = {}): Pairs {
  const pairs = new Map<string, string>();
  const raw = text.split('\n');
  const lines = windows ? raw.map((line) => line.replace(/\r$/, '')) : [...raw];
  const endsOpen = lines.at(-1) !== '';
  if (!endsOpen) lines.pop();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.set(line.slice(0, equals), line.slice(equals + 1));
      continue;
    }
    if (heredoc < 0) return { pairs, problem: `Invalid format '${line}'` };
    const name = line.slice(0, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (name === '' || delimiter === '') {
      return {
        pairs,
        problem: `Invalid format '${line}'. Name must not be empty and delimiter must not be empty`,
      };
    }
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) {
      // The runner words it differently when there is a last line without an end.
      const open = endsOpen && at + 1 < lines.length;
      const reason = open ? 'EOF marker missing new line.' : `Matching delimiter not found '${delimiter}'`;
      return { pairs, problem: `Invalid value. ${reason}` };
    }
    // Within a value, line ends stay as they are.
    pairs.set(
      name,
      [...raw.slice(at + 1, Math.max(at + 1, end - 1)), ...lines.slice(at + 1, end).slice(-1)].join('\n'),
    );
    at = end;
  }
  return { pairs };
}
