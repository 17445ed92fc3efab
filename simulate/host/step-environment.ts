import { defaultOf, INPUT_NAMES, INPUTS, inputsOf } from '../../src/action/inputs/table.js';
import type { ActionStep, ScriptJob } from '../script/script.js';

/** Returns the variables by which the runner passes inputs: each that action.yml declares is there, given or not. */
export function inputVariables({ command, isRoot, inputs }: ActionStep): Record<string, string> {
  const declared = isRoot
    ? [['command', 'auth'] as const, ...INPUT_NAMES.map((name) => [name, INPUTS[name].default] as const)]
    : inputsOf(command).map((name) => [name, defaultOf(name, command)] as const);
  const given = Object.entries(isRoot ? { command, ...inputs } : inputs);
  return Object.fromEntries(
    [...declared, ...given].map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text]),
  );
}

/** Returns the variables that tell a job from others, and those of its runner's files. */
export function jobVariables({ name, runner, lacks = [] }: ScriptJob, place: number): Record<string, string> {
  const files = (['GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'] as const)
    .filter((it) => !lacks.includes(it))
    .map((it) => [it, `/runner/files/${it.toLowerCase()}_${place}`]);
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'octocat/shop',
    GITHUB_RUN_ID: String(1_000 + [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: name,
    GITHUB_WORKSPACE: `/runner/${runner}/work`,
    RUNNER_TEMP: `/runner/${runner}/temp`,
    RUNNER_ENVIRONMENT: 'github-hosted',
    ...Object.fromEntries(files),
  };
}

/** Puts the texts of tokens in the places of their names, `{token:name}`. */
export function withTokens(
  texts: Readonly<Record<string, string>>,
  tokens: Readonly<Record<string, string>>,
): Record<string, string> {
  const filled = (text: string) =>
    text.replace(/\{token:([\w-]+)\}/g, (_, name: string) => tokens[name] ?? '');
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text)]));
}
