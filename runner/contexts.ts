import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobFolder } from './job-folder.js';
import { prefixed } from './prefixed.js';
import type { Variables } from './step-result.js';

/**
 * Writes the event file and returns the `github` and `runner` contexts as variables. They win over variables of
 * these names that a workflow or a step sets.
 */
export function contextVariables(options: {
  readonly folder: JobFolder;
  /** Values that override the defaults, by context name such as `event_name`. */
  readonly github: Variables;
  /** Payload of the webhook, to be written to GITHUB_EVENT_PATH. */
  readonly event: unknown;
  readonly debug: boolean;
}): Variables {
  const { folder } = options;
  const eventPath = join(folder.temp, 'event.json');
  writeFileSync(eventPath, JSON.stringify(options.event));
  const github: Variables = {
    ...DEFAULTS,
    event_path: eventPath,
    workspace: folder.workspace,
    ...options.github,
  };
  const runner: Variables = {
    arch: process.arch.toUpperCase(),
    environment: 'self-hosted',
    name: 'model',
    os: OPERATING_SYSTEM[process.platform] ?? 'Linux',
    temp: folder.temp,
    tool_cache: folder.toolCache,
    workspace: join(folder.workspace, '..'),
    ...(options.debug && { debug: '1' }),
  };
  return { ...prefixed('GITHUB_', github), ...prefixed('RUNNER_', runner) };
}

/**
 * Throws when a workflow's or a step's `env` holds a name that a context owns. The real runner overrides it
 * without a word; in a test that would be a setting without effect.
 */
export function refuseContextNames(env: Variables): void {
  const owned = Object.keys(env).find((name) => CONTEXT_NAMES.has(name));
  if (owned !== undefined)
    throw new Error(`env: the runner's own ${owned} would win; set it with \`github\`.`);
}

const OPERATING_SYSTEM: Readonly<Record<string, string>> = {
  darwin: 'macOS',
  linux: 'Linux',
  win32: 'Windows',
};

const SHA = 'ffac537e6cbbf934b08745a378932722df287a53';

const DEFAULTS: Variables = {
  // A local action has neither, and the runner sets both to an empty text.
  action_ref: '',
  action_repository: '',
  actor: 'octocat',
  actor_id: '583231',
  api_url: 'https://api.github.com',
  base_ref: '',
  event_name: 'workflow_dispatch',
  graphql_url: 'https://api.github.com/graphql',
  head_ref: '',
  job: 'test',
  ref: 'refs/heads/main',
  ref_name: 'main',
  ref_protected: 'false',
  ref_type: 'branch',
  repository: 'octocat/hello-world',
  repository_id: '1296269',
  repository_owner: 'octocat',
  repository_owner_id: '583231',
  retention_days: '90',
  run_attempt: '1',
  run_id: '1658821493',
  run_number: '3',
  server_url: 'https://github.com',
  sha: SHA,
  triggering_actor: 'octocat',
  workflow: 'Machines',
  workflow_ref: 'octocat/hello-world/.github/workflows/machines.yml@refs/heads/main',
  workflow_sha: SHA,
};

const CONTEXT_NAMES: ReadonlySet<string> = new Set([
  ...[...Object.keys(DEFAULTS), 'event_path', 'workspace'].map((name) => `GITHUB_${name.toUpperCase()}`),
  ...['ARCH', 'ENVIRONMENT', 'NAME', 'OS', 'TEMP', 'TOOL_CACHE', 'WORKSPACE'].map((name) => `RUNNER_${name}`),
]);
