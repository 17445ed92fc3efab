import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from '@badrap/valita';
import { parse } from 'yaml';
import { REPOSITORY } from '../../../scripts/repository.js';
import { COMMAND_NAMES } from '../../../src/command-table.js';

/** Name of our published repository in the examples. */
export const PUBLISHED = `${REPOSITORY}@v1`;

/** Script that prints its arguments and does nothing else. */
export const SHOW_CALL = 'echo "instead of: $(basename "$0") $*"';
/** Stand-ins for the recipes' own work, by program. */
const PROGRAMS: Readonly<Record<string, string>> = {
  npm: SHOW_CALL,
  // A deploy gets its token from `export-token`, with a discharge.
  // Shows its arguments, and what the files among them hold.
  gh: `[ "$GH_TOKEN" ] && [ "$GH_REPO" ] || { echo 'no GH_TOKEN or GH_REPO'; exit 4; }
{ echo "$*"; for it; do [ ! -f "$it" ] || cat "$it"; done; } | curl -sS --fail-with-body --data-binary @- "$GH_STAND_IN_URL"`,
  flyctl: `case "$FLY_API_TOKEN" in *fm2_*,fm2_*) ;; *) echo 'no token with a discharge'; exit 1;; esac\n${SHOW_CALL}`,
};
/** Programs that run as they are: they reach what the recipe hands them, which is on loopback. */
const REAL: readonly string[] = ['jq', 'curl'];
const ACTIONS = ['action.yml', 'dist', ...COMMAND_NAMES] as const;
/** Parts of the repository that the emulator needs; npm wants what its lock file names. */
const EMULATOR = [
  join('.github', 'actions'),
  'emulator',
  'src',
  'stubs',
  'package.json',
  'package-lock.json',
  '.npmrc',
] as const;
const Workflow = v.object({
  jobs: v.record(v.object({ steps: v.array(v.object({ run: v.string().optional() })) })),
});

/** Copies into a folder what steps use of a published release: the actions, and the emulator behind one of them. */
export function copyAction(folder: string): void {
  for (const name of [...ACTIONS, ...EMULATOR]) cpSync(name, join(folder, name), { recursive: true });
}

/** Writes programs into a folder, by their shell scripts. */
export function writePrograms(folder: string, scripts: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}

/** Returns the stand-ins for the programs that a workflow's own steps call. Throws for one without a stand-in. */
export function programsOf(workflow: string): readonly string[] {
  const { jobs } = Workflow.parse(parse(workflow), { mode: 'strip' });
  const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  const called = scripts.flatMap(calledBy);
  const known = [...Object.keys(PROGRAMS), ...REAL];
  const strange = called.find((it) => !known.includes(it));
  if (strange !== undefined) throw new Error(`a recipe calls ${strange}: add a stand-in for it to PROGRAMS`);
  return [...new Set(called)].filter((it) => !REAL.includes(it));
}

/** Returns the scripts of a workflow's stand-ins. */
export function standInsOf(workflow: string): Readonly<Record<string, string>> {
  const needed = programsOf(workflow);
  return Object.fromEntries(Object.entries(PROGRAMS).filter(([name]) => needed.includes(name)));
}

/** Returns the programs that a script calls, one at the beginning of each line and behind each pipe. */
function calledBy(script: string): readonly string[] {
  const bare = script.replace(/'[^']*'|"[^"]*"/g, "''");
  return bare
    .split(/[\n|]/)
    .map((part) => part.trim().split(' ', 1).join())
    .filter((it) => it !== '');
}
