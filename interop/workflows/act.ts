import { type ExecFileException, execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { npm } from '../../scripts/npm.js';
import { type LogEntry, parseLog } from './log-entry.js';

const LIMIT_MS = 5 * 60_000;
/** Variables of this process that reach the workflow. A list of those that must not could never be complete. */
const PASSED =
  /^(path|pathext|systemroot|comspec|lang|lc_\w+|tz|te?mp|tmpdir|node_extra_ca_certs|ssl_cert_(file|dir)|(https?|no|all)_proxy)$/i;

const NPM = {
  npm_config_registry: npmConfig('registry'),
  npm_config_cache: npmConfig('cache'),
  npm_config_prefer_offline: 'true',
};

/** A trigger of a workflow. */
export interface Trigger {
  /** Event such as `push`. */
  readonly event: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Payload of the event. Default: act's own invention. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A job for act. */
export interface ActJob extends Trigger {
  /** Path of the workflow. */
  readonly file: string;
  /** Folder for act's files and working copies; the caller removes it. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Variables of the repository. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Folders that stand in for published repositories, by `owner/name@ref`. */
  readonly repositories?: Readonly<Record<string, string>>;
  /** Folder whose programs take precedence over those on PATH. */
  readonly programs?: string;
  /** Repository of the workflow, which `actions/checkout` copies. Default: the working directory. */
  readonly repository?: string;
  /** Time limit in milliseconds; 0 for none. Default 5 minutes. */
  readonly limitMs?: number;
  /** Called with each entry of the log when it comes. */
  readonly onEntry?: (entry: LogEntry) => void;
}

/** Result of act's run of a workflow. */
export interface ActResult {
  /** Exit code; null when act took too long and was ended. */
  readonly exitCode: number | null;
  readonly log: readonly LogEntry[];
  /** Messages of act itself. */
  readonly stderr: string;
  /** Names of the files in `RUNNER_TEMP` after the job; act keeps them for a failed job only. */
  readonly left: readonly string[];
}

/**
 * Runs a workflow on this computer without Docker, fetching nothing but what its own steps fetch.
 * The log has no masks, so that a search finds what a step printed. Throws when act can't run.
 */
export async function runAct(act: string, job: ActJob): Promise<ActResult> {
  const cache = join(job.folder, 'cache');
  mkdirSync(cache);
  const { error, stdout, stderr } = await ended(act, argumentsOf(job, cache), job);
  const late = error?.killed === true && error.signal === 'SIGTERM';
  if (error !== null && !late && typeof error.code !== 'number') throw error;
  const left = readdirSync(cache).flatMap((it) => {
    const temp = join(cache, it, 'tmp');
    return existsSync(temp) ? readdirSync(temp) : [];
  });
  return {
    exitCode: late ? null : Number(error?.code ?? 0),
    // If act was ended, the last line may be incomplete.
    log: parseLog(stdout.slice(0, stdout.lastIndexOf('\n') + 1)),
    stderr: late ? `${stderr}act took too long and was ended` : stderr,
    left,
  };
}

function argumentsOf({ event, file, folder, ...job }: ActJob, cache: string): readonly string[] {
  const payload = join(folder, 'event.json');
  if (job.payload !== undefined) writeFileSync(payload, JSON.stringify(job.payload));
  return [
    event,
    ...['--workflows', resolve(file), '--directory', resolve(job.repository ?? '.')],
    // Files of a repository that act would read by itself, such as `.secrets` with tokens that are real.
    ...['env', 'secret', 'var', 'input'].flatMap((it) => [`--${it}-file`, join(folder, 'no-file')]),
    ...['ubuntu-latest', 'ubuntu-24.04'].flatMap((it) => ['--platform', `${it}=-self-hosted`]),
    ...['--action-cache-path', cache, '--action-offline-mode', '--no-cache-server'],
    ...['--json', '--insecure-secrets'],
    ...(job.payload === undefined ? [] : ['--eventpath', payload]),
    ...pairs('--input', job.inputs),
    ...pairs('--env', job.env),
    ...pairs('--secret', job.secrets),
    ...pairs('--var', job.vars),
    ...pairs('--local-repository', job.repositories),
  ];
}

function pairs(flag: string, values: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}

interface Ended {
  readonly error: ExecFileException | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(act: string, args: readonly string[], job: ActJob): Promise<Ended> {
  return new Promise((fulfil) => {
    const { limitMs = LIMIT_MS, folder, onEntry } = job;
    const options = { env: environment(job), cwd: folder, timeout: limitMs, maxBuffer: 2 ** 28 };
    const child = execFile(act, args, options, (error, stdout, stderr) => fulfil({ error, stdout, stderr }));
    child.stdin?.end();
    if (onEntry === undefined || child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      // A line of another form is an error once act has ended; until then act's steps tidy up.
      if (line.startsWith('{')) for (const entry of parseLog(line)) onEntry(entry);
    });
  });
}

/** Makes act's environment: a home of its own keeps settings and logins of this person out; npm keeps its registry and cache. */
function environment({ folder, programs }: ActJob): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name));
  const { PATH = '' } = process.env;
  return {
    ...Object.fromEntries(passed),
    HOME: folder,
    PATH: programs === undefined ? PATH : [programs, PATH].join(delimiter),
    ...NPM,
  };
}

function npmConfig(name: string): string {
  const { stdout, error } = npm(['config', 'get', name]);
  if (error !== undefined) throw error;
  return stdout.trim();
}
