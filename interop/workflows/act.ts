import { type ExecFileException, execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type LogEntry, parseLog } from './log-entry.js';

const LIMIT_MS = 5 * 60_000;
/** Variables of this process that must not reach the workflow: those of its own job, its package or its Fly. */
const OURS_ALONE = /^(GITHUB|RUNNER|ACTIONS|INPUT|STATE|FLY|ACT|XDG|INTEROP|npm_(?!config_))/;

const NPM = {
  npm_config_userconfig: npmConfig('userconfig'),
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
  /** Folders that stand in for published repositories, by `owner/name@ref`. */
  readonly repositories?: Readonly<Record<string, string>>;
  /** Folder whose programs take precedence over those on PATH. */
  readonly programs?: string;
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
 * `actions/checkout` copies the working directory. The log has no masks, so that a search finds what a step
 * printed. Throws when act can't run.
 */
export async function runAct(act: string, job: ActJob): Promise<ActResult> {
  const cache = join(job.folder, 'cache');
  mkdirSync(cache);
  const { error, stdout, stderr } = await ended(act, argumentsOf(job, cache), environment(job));
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
    stderr: late ? `${stderr}act was ended after ${LIMIT_MS / 60_000} minutes` : stderr,
    left,
  };
}

function argumentsOf({ event, file, folder, ...job }: ActJob, cache: string): readonly string[] {
  const payload = join(folder, 'event.json');
  if (job.payload !== undefined) writeFileSync(payload, JSON.stringify(job.payload));
  return [
    event,
    ...['--workflows', file],
    ...['--platform', 'ubuntu-latest=-self-hosted'],
    ...['--action-cache-path', cache, '--action-offline-mode', '--no-cache-server'],
    ...['--json', '--insecure-secrets'],
    ...(job.payload === undefined ? [] : ['--eventpath', payload]),
    ...pairs('--input', job.inputs),
    ...pairs('--env', job.env),
    ...pairs('--secret', job.secrets),
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

function ended(act: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const limits = { timeout: LIMIT_MS, maxBuffer: 2 ** 26 };
    const child = execFile(act, args, { env, ...limits }, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** Makes act's environment: a home of its own keeps act's settings out; npm keeps its registry and cache. */
function environment({ folder, programs }: ActJob): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) => !OURS_ALONE.test(name));
  const { PATH = '' } = process.env;
  return {
    ...Object.fromEntries(passed),
    HOME: folder,
    PATH: programs === undefined ? PATH : [programs, PATH].join(delimiter),
    ...NPM,
  };
}

function npmConfig(name: string): string {
  const { stdout, error } = spawnSync('npm', ['config', 'get', name], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  return stdout.trim();
}
