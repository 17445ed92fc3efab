import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LogEntry, parseLog } from './log-entry.js';

const LIMIT_MS = 5 * 60_000;
/** What this process knows of a job, a package or Fly that it runs for must not get into the workflow's. */
const OURS_ALONE = /^(GITHUB|RUNNER|ACTIONS|INPUT|STATE|FLY|ACT|XDG|INTEROP|npm_(?!config_))/;

/** A workflow and what sets it off. */
export interface Trigger {
  /** Name of the file in `.github/workflows`. */
  readonly workflow: string;
  /** Such as `push`. */
  readonly event: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** What act made of a workflow. */
export interface ActResult {
  /** null: it was ended because it took too long. */
  readonly exitCode: number | null;
  readonly log: readonly LogEntry[];
  /** What act says of itself. */
  readonly stderr: string;
  /** Names of the files in `RUNNER_TEMP` after the job: act keeps them for a job that failed, and only then. */
  readonly left: readonly string[];
}

/**
 * Runs a workflow of this repository's working tree on this machine, without Docker and with nothing fetched but what `npm ci`
 * needs; act works in a copy under `folder`, which the caller removes. The log's masks are off, so that what a step
 * prints can be searched as it was printed.
 */
export function runAct(act: string, { workflow, event, inputs = {} }: Trigger, folder: string): ActResult {
  const cache = join(folder, 'cache');
  mkdirSync(cache);
  const { error, status, stdout, stderr } = spawnSync(
    act,
    [
      event,
      ...['--workflows', join('.github', 'workflows', workflow)],
      ...['--platform', 'ubuntu-latest=-self-hosted'],
      ...['--action-cache-path', cache, '--action-offline-mode', '--no-cache-server'],
      ...['--json', '--insecure-secrets'],
      ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
    ],
    {
      encoding: 'utf8',
      env: environment(folder),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      maxBuffer: 2 ** 26,
    },
  );
  const late = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
  if (error !== undefined && !late) throw error;
  const left = readdirSync(cache).flatMap((job) => readdirSync(join(cache, job, 'tmp')));
  return {
    exitCode: status,
    // The last line is cut off where act was ended.
    log: parseLog(stdout.slice(0, stdout.lastIndexOf('\n') + 1)),
    stderr: late ? `${stderr}act was ended after ${LIMIT_MS / 60_000} minutes` : stderr,
    left,
  };
}

/** A home of its own keeps act's settings out; npm keeps its registry and its cache. */
function environment(home: string): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) => !OURS_ALONE.test(name));
  return {
    ...Object.fromEntries(passed),
    HOME: home,
    npm_config_userconfig: npmConfig('userconfig'),
    npm_config_cache: npmConfig('cache'),
    npm_config_prefer_offline: 'true',
  };
}

function npmConfig(name: string): string {
  const { stdout, error } = spawnSync('npm', ['config', 'get', name], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  return stdout.trim();
}
