import { parseArgs } from 'node:util';
import { type CliOptions, FLAGS, readOptions } from '../emulator/cli/read-options.js';

const OWN_FLAGS = {
  event: { type: 'string' },
  cron: { type: 'string' },
  input: { type: 'string', multiple: true, default: [] as string[] },
  secret: { type: 'string', multiple: true, default: [] as string[] },
  var: { type: 'string', multiple: true, default: [] as string[] },
  stub: { type: 'string', multiple: true, default: [] as string[] },
  requests: { type: 'boolean', default: false },
  open: { type: 'boolean', default: false },
} as const;

const TOKEN_KINDS = ['deploy', 'org', 'readonly'] as const;

/** Kind of token as Fly's CLI makes them. */
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Flags of the emulator that mean nothing here, with what a try does by itself. */
const FOREIGN_FLAGS: Readonly<Record<string, string>> = {
  'token-app': 'each token is for the apps of the steps that take it; --app names the apps that there are',
  'end-with-parent': 'a try ends its emulator itself',
};

/** Options of one try. */
export interface TryOptions {
  readonly help: boolean;
  /** Path of the workflow as it was given. */
  readonly file: string;
  readonly event: string | undefined;
  readonly cron: string | undefined;
  readonly inputs: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  /** Programs that only print their arguments. */
  readonly stubs: readonly string[];
  readonly requests: boolean;
  readonly open: boolean;
  /** Options of the emulator. */
  readonly emulator: CliOptions;
  /** Kind of all tokens; undefined: the steps that take one decide it. */
  readonly tokenKind: TokenKind | undefined;
  /** True when the apps were given, so that none is made up. */
  readonly hasApps: boolean;
}

/** Text of `--help`. */
export const HELP = `Runs a workflow of yours on this computer, in front of an embedded Fly: npm run try -- my-workflow.yml

  --app ORG/APP=GROUP*COUNT@REGION:STATE,…
                       an app with its machines; repeatable; default: the apps that the workflow names, made up
  --event NAME         what sets the workflow off; default: its first event
  --cron CRON          the same for one of its schedules
  --input NAME=VALUE   an input of workflow_dispatch; repeatable
  --var NAME=VALUE     a variable of the repository; repeatable
  --secret NAME=VALUE  a secret of others than Fly; repeatable. Secrets for Fly get tokens of the embedded one
  --token-kind KIND    deploy, org or readonly for all of these; default: what the steps that take one need
  --stub PROGRAM       a program that only prints its arguments, such as flyctl; repeatable
  --requests           also shows each request that the embedded Fly gets
  --open               opens the job summary in the browser, rendered as GitHub does

All other flags are those of the emulator, but --token-app and --end-with-parent: npm run emulator -- --help. The
workflow's own steps run on this computer, as yourself: give --stub for what must not happen. It ends with 1 when a job
fails.
`;

/** Reads the command line. Throws an error that says what is wrong and what to write. */
export function readTryOptions(args: readonly string[]): TryOptions {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: { ...FLAGS, ...OWN_FLAGS },
    allowPositionals: true,
    tokens: true,
  });
  const [file = '', another] = positionals;
  const help = values.help === true;
  if (!help && (file === '' || another !== undefined))
    throw new Error('give one workflow: npm run try -- my-workflow.yml');
  const path = values.stub.find((it) => !/^[\w.-]+$/.test(it));
  if (path !== undefined) throw new Error(`--stub takes the name of a program on the PATH, not "${path}"`);
  const rest = tokens
    .filter((it) => it.kind === 'option')
    .filter(({ name }) => !Object.hasOwn(OWN_FLAGS, name));
  for (const { name } of rest)
    if (FOREIGN_FLAGS[name] !== undefined)
      throw new Error(`--${name} is not for a try: ${FOREIGN_FLAGS[name]}`);
  return {
    help,
    file,
    event: values.event,
    cron: values.cron,
    inputs: pairs('input', values.input),
    secrets: pairs('secret', values.secret),
    vars: pairs('var', values.var),
    stubs: values.stub,
    requests: values.requests,
    open: values.open,
    // Any free port, so that two tries don't meet; a port that was given stands behind it and holds.
    emulator: readOptions(['--port=0', ...rest.map(({ rawName, value }) => joined(rawName, value))]),
    // What isn't one of them is refused with the emulator's own flags above.
    tokenKind: rest.some(({ name }) => name === 'token-kind')
      ? TOKEN_KINDS.find((it) => it === values['token-kind'])
      : undefined,
    hasApps: rest.some(({ name }) => name === 'app'),
  };
}

function pairs(flag: string, texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new Error(`--${flag} takes NAME=VALUE, not "${text}"`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function joined(rawName: string, value: string | undefined): string {
  return value === undefined ? rawName : `${rawName}=${value}`;
}
