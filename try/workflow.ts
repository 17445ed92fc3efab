import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from '@badrap/valita';
import { parse } from 'yaml';
import { COMMAND_NAMES } from '../src/command-table.js';

const OURS = /^(?<repository>[\w.-]+\/fly-machines-action)(?<path>\/[\w./-]+)?@(?<ref>\S+)$/;
/** Steps that use this repository's actions as its own workflows do. */
const OWN = /^\.\/?(?<path>[\w-]*)$/;

const Values = v.record(v.unknown()).optional();
const Step = v.object({ uses: v.string().optional(), with: Values, env: Values });
const Steps = v.array(Step).optional();
const Job = v.object({ uses: v.string().optional(), env: Values, steps: Steps, strategy: v.unknown() });
/** A workflow or a composite action, as far as it is read here. */
const File = v.object({
  env: Values,
  jobs: v.record(Job.partial()).optional(),
  runs: v.object({ steps: Steps }).optional(),
});

/** A step that uses this action. */
export interface OurStep {
  /** Its `uses`. */
  readonly uses: string;
  /** Command, such as `stop-idle`. */
  readonly command: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** A workflow as far as a try must know it, with the files of its repository that it uses. */
export interface TriedWorkflow {
  readonly texts: readonly string[];
  /** Parsed files. */
  readonly files: readonly unknown[];
  /** Repositories with their versions under which it names this action: `owner/fly-machines-action@v1`. */
  readonly repositories: readonly string[];
  readonly steps: readonly OurStep[];
  /** Values of the workflow's, its jobs' and its steps' `env`, by name. */
  readonly env: ReadonlyMap<string, readonly string[]>;
  /** Names of the secrets that it reads, but for the job's own `GITHUB_TOKEN`. */
  readonly secrets: readonly string[];
}

/**
 * Reads a workflow, and the workflows and actions of its repository that it uses. Throws where one isn't YAML of
 * that form.
 */
export function readWorkflow(path: string, repository: string): TriedWorkflow {
  const texts = textsOf(path, repository, new Set());
  const files: unknown[] = texts.map((text) => parse(text));
  const parsed = files.map((file) => File.parse(file, { mode: 'strip' }));
  const jobs = parsed.flatMap(({ jobs = {} }) => Object.values(jobs));
  const steps = [...jobs, ...parsed.map(({ runs }) => runs)].flatMap((it) => it?.steps ?? []);
  const env = new Map<string, string[]>();
  for (const [name, value] of [...parsed, ...jobs, ...steps].flatMap((it) => Object.entries(it.env ?? {})))
    env.set(name, [...(env.get(name) ?? []), String(value)]);
  const uses = steps.flatMap((it) => it.uses ?? []);
  const named = texts.flatMap((text) => [...text.matchAll(/\bsecrets\.(\w+)/g)].map(([, name = '']) => name));
  return {
    texts,
    files,
    repositories: unique(
      uses.flatMap((it) => {
        const { repository: name, ref } = OURS.exec(it)?.groups ?? {};
        return name === undefined ? [] : `${name}@${ref}`;
      }),
    ),
    steps: steps.flatMap(({ uses: used = '', with: inputs = {} }) => ourStep(used, inputs)),
    env,
    secrets: unique(named).filter((it) => it !== 'GITHUB_TOKEN'),
  };
}

function ourStep(uses: string, given: Readonly<Record<string, unknown>>): OurStep[] {
  const { path } = OURS.exec(uses)?.groups ?? OWN.exec(uses)?.groups ?? { path: '-' };
  const inputs = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const folder = (path ?? '').replace('/', '');
  const command = COMMAND_NAMES.find((it) => it === (folder === '' ? (inputs['command'] ?? 'auth') : folder));
  // A command that is an input itself may be any; the root action's step is ours all the same.
  if (command === undefined && folder !== '') return [];
  return [{ uses, command: command ?? 'auth', inputs }];
}

/** Returns the texts of a file and of those that it uses by `./`, each once. */
function textsOf(path: string, repository: string, seen: Set<string>): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  const used = [...text.matchAll(/^[\s-]*uses:\s*['"]?\.\/([^\s'"#]+)/gm)].map(([, it = '']) => it);
  const further = used.flatMap((it) => fileOf(join(repository, it)));
  return [text, ...further.flatMap((it) => textsOf(it, repository, seen))];
}

function fileOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return [join(path, 'action.yml'), join(path, 'action.yaml')].filter((it) => existsSync(it));
}

/** Returns each text once, in the order of its first appearance. */
export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
