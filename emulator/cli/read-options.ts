import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { FaultRule } from '../faults.js';
import type { AppSpec } from '../machines/build.js';
import type { GivenSettings } from '../settings.js';
import type { TokenOptions } from '../tokens.js';
import { parseApp } from './parse-app.js';
import { parseFault } from './parse-fault.js';
import { readMilliseconds, readSettings, SETTING_FLAGS } from './setting-flags.js';

/** The options of one start of the emulator. */
export interface CliOptions {
  readonly help: boolean;
  /** True: it ends with the process that started it. */
  readonly endWithParent: boolean;
  readonly port: number;
  readonly seed: number | undefined;
  readonly apps: readonly AppSpec[];
  readonly faults: readonly FaultRule[];
  readonly settings: GivenSettings;
  /** Options of the token to print, except its expiry. */
  readonly token: Omit<TokenOptions, 'expires' | 'extraCaveats'>;
  /** Milliseconds from the start of the emulator to the token's expiry; undefined: it never expires. */
  readonly tokenExpiryMs: number | undefined;
}

const DEFAULT_APP = 'demo-app=app*2@fra,worker*2@ams:stopped';
const THIRD_PARTY_CHOICES: ReadonlyMap<string, readonly string[]> = new Map([
  ['aaa', ['aaa']],
  ['own', ['own']],
  ['both', ['aaa', 'own']],
  ['none', []],
]);

/** Kinds of token as Fly's CLI makes them; those not listed here are confined to apps. */
const TOKEN_KINDS: ReadonlyMap<string, Pick<TokenOptions, 'actions'>> = new Map([
  ['org', {}],
  ['readonly', { actions: 'r' }],
]);

/** Flags of the command line, as `parseArgs` takes them. */
export const FLAGS = {
  help: { type: 'boolean', short: 'h', default: false },
  port: { type: 'string', default: '4281' },
  seed: { type: 'string' },
  'end-with-parent': { type: 'boolean', default: false },
  app: { type: 'string', multiple: true, default: [DEFAULT_APP] },
  fault: { type: 'string', multiple: true, default: [] },
  'token-kind': { type: 'string', default: 'deploy' },
  'token-app': { type: 'string', multiple: true },
  'token-actions': { type: 'string', default: '*' },
  'token-expiry': { type: 'string' },
  'token-third-party': { type: 'string', default: 'aaa' },
  'token-discharge': { type: 'boolean', default: false },
  ...Object.fromEntries(SETTING_FLAGS.map(({ flag }) => [flag, { type: 'string' as const }])),
} satisfies ParseArgsConfig['options'];

/** Reads the arguments. Throws an error that says what is wrong and what to write. */
export function readOptions(args: readonly string[]): CliOptions {
  const { values } = parseArgs({ args: [...args], strict: true, allowPositionals: false, options: FLAGS });
  const apps = values.app.map(parseApp);
  const thirdParty = THIRD_PARTY_CHOICES.get(values['token-third-party']);
  if (thirdParty === undefined) throw new Error('--token-third-party takes aaa, own, both or none');
  if (!/^(?:\*|[rwcdC]+)$/.test(values['token-actions'])) {
    throw new Error('--token-actions takes letters of rwcdC, or *');
  }
  const expiry = values['token-expiry'];
  const kind = TOKEN_KINDS.get(values['token-kind']);
  if (kind === undefined && values['token-kind'] !== 'deploy')
    throw new Error('--token-kind takes deploy, org or readonly');
  if (kind !== undefined && values['token-app'] !== undefined)
    throw new Error('--token-app is for --token-kind deploy');
  return {
    help: values.help,
    endWithParent: values['end-with-parent'],
    port: integer('port', values.port, 65_535),
    seed: values.seed === undefined ? undefined : integer('seed', values.seed, 0xffff_ffff),
    apps,
    faults: values.fault.map(parseFault),
    settings: readSettings(values),
    token: {
      ...(kind === undefined && { app: values['token-app'] ?? ownApps(apps) }),
      actions: values['token-actions'],
      ...kind,
      thirdParty,
      withDischarge: values['token-discharge'],
    },
    tokenExpiryMs: expiry === undefined ? undefined : readMilliseconds('token-expiry', expiry),
  };
}

/** Returns the apps that share the first one's organization: a token never spans two. */
function ownApps(apps: readonly AppSpec[]): string[] {
  return apps.filter(({ org }) => org === apps[0]?.org).map(({ name }) => name);
}

function integer(flag: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most)
    throw new Error(`--${flag} takes a number from 0 to ${most}`);
  return Number(text);
}
