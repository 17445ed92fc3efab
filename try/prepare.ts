import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import type { AppSpec } from '../emulator/machines/build.js';
import type { Trigger } from '../interop/workflows/act.js';
import { asActReads } from '../interop/workflows/recipes/as-act-reads.js';
import { REPOSITORY } from '../scripts/repository.js';
import { appsOf } from './apps.js';
import { chooseTrigger } from './choose-trigger.js';
import type { TryOptions } from './options.js';
import { holdsToken, refusals } from './refusals.js';
import { secretsOf, type TriedSecret } from './tokens.js';
import { knownValues } from './values.js';
import { readWorkflow, type TriedWorkflow } from './workflow.js';

/** A workflow that is ready to run. */
export interface Prepared {
  /** Folder for all files of the run. */
  readonly folder: string;
  /** Workflow as act reads it. */
  readonly file: string;
  /** Parts of it that act lacks. */
  readonly lacking: readonly string[];
  /** Repository that `actions/checkout` copies. */
  readonly repository: string;
  readonly workflow: TriedWorkflow;
  readonly trigger: Trigger;
  readonly apps: readonly AppSpec[];
  readonly secrets: readonly TriedSecret[];
}

/** Reads a workflow and prepares its run. Throws where it could reach the real Fly, or uses nothing of this action. */
export function prepare(options: TryOptions, folder: string): Prepared {
  // npm starts its scripts in the folder of package.json.
  const path = resolve(process.env['INIT_CWD'] ?? '.', options.file);
  if (!existsSync(path)) throw new Error(`there is no file ${path}`);
  const repository = repositoryOf(path) ?? join(folder, 'repository');
  mkdirSync(repository, { recursive: true });
  const workflow = readWorkflow(path, repository);
  const reasons = [...refusals(workflow), ...tokensGiven(options)];
  if (reasons.length > 0)
    throw new Error(`this workflow is not run.\n${reasons.map((it) => `  - ${it}`).join('\n')}`);
  if (workflow.steps.length === 0)
    throw new Error(
      `this workflow has no step that uses fly-machines-action, such as \`uses: ${REPOSITORY}/list@v1\``,
    );
  const text = readFileSync(path, 'utf8');
  const known = knownValues(workflow, options);
  const apps = options.hasApps
    ? options.emulator.apps
    : appsOf(workflow, known, appOfToml(repository) ?? 'my-app');
  const { text: readable, lacking } = asActReads(text);
  const file = join(folder, 'workflow.yml');
  writeFileSync(file, readable);
  const secrets = secretsOf(workflow, apps, known, options.tokenKind).filter(
    ({ name }) => options.secrets[name] === undefined,
  );
  return {
    folder,
    file,
    lacking,
    repository,
    workflow,
    trigger: chooseTrigger(text, options),
    apps,
    secrets,
  };
}

/** Returns a reason for each flag whose value holds a token. */
function tokensGiven({ secrets, vars, inputs }: TryOptions): string[] {
  return Object.entries({ secret: secrets, var: vars, input: inputs }).flatMap(([flag, values]) =>
    Object.entries(values).flatMap(([name, value]) =>
      holdsToken(value)
        ? [`--${flag} ${name} holds a token; secrets for Fly get tokens of the embedded Fly here`]
        : [],
    ),
  );
}

/** Returns the repository that a file is in, if any: a folder beside it may be anything, such as all of one's own. */
function repositoryOf(path: string): string | undefined {
  const { status, stdout } = spawnSync('git', ['-C', dirname(path), 'rev-parse', '--show-toplevel'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

function appOfToml(repository: string): string | undefined {
  const path = join(repository, 'fly.toml');
  if (!existsSync(path)) return undefined;
  const { app } = parse(readFileSync(path, 'utf8'));
  return typeof app === 'string' ? app : undefined;
}
