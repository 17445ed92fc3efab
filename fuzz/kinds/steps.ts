import { flyTransport } from '../../__tests__/support/fakes/fly-transport.js';
import { passed } from '../../__tests__/support/rigs/step-inputs.js';
import { createFly, type Fly } from '../../emulator/fly.js';
import { seededRandom } from '../../emulator/random.js';
import { createVirtualClock, type VirtualClock } from '../../emulator/virtual-clock.js';
import { post } from '../../src/action/post.js';
import { run } from '../../src/action/run.js';
import type { Environment } from '../../src/action/runner/environment.js';
import type { CommandName } from '../../src/command-table.js';
import type { HttpRequest, Transport } from '../../src/http/transport.js';
import { checkSummary } from '../check-summary.js';
import type { Dice } from '../dice.js';
import { expect, expectNone } from '../expect.js';
import { TEXTS } from '../hostile.js';
import { spoilingTransport } from '../hostile-transport.js';
import { checkReport, createStepFiles, filesIn, type StepFiles, type WrittenFiles } from '../step-files.js';
import { type WatchedLog, watchedLog } from '../watched-log.js';
import { RICH_APPS } from './answers.js';
import type { Kind } from './kind.js';
import { PROBE, STEPS, type With } from './usual-steps.js';

const APP = 'my-app';
const CREDENTIAL = 'T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';
const API = 'https://api.machines.dev';
const PARTY = 'https://id.example';
const MACAROON = /fm2_[A-Za-z0-9+/=]+/g;

interface World {
  readonly dice: Dice;
  readonly fly: Fly;
  readonly clock: VirtualClock;
  readonly files: StepFiles;
  readonly transport: Transport;
  /** Tokens, discharges, nonces and credentials, added as they arise. */
  readonly secrets: string[];
}

/** Kind: whole steps and their posts, against a Fly whose answers are damaged. */
export const stepsKind: Kind = {
  name: 'steps',
  share: 100,
  async run(dice) {
    const files = createStepFiles();
    try {
      await work(worldOf(dice, files));
    } finally {
      files.end();
    }
  },
};

function worldOf(dice: Dice, files: StepFiles): World {
  const clock = createVirtualClock();
  const metricsAccess = 'allowed';
  const settings = { metricsAccess, leaseReply: dice.pick(['envelope', 'bare'] as const) } as const;
  const fly = createFly({ clock, random: seededRandom(dice.below(1e9)), apps: RICH_APPS, settings });
  fly.origin = PARTY;
  fly.settings.aaa.behaviour = dice.pick(['immediate', 'immediate', 'poll', 'user-interactive']);
  const secrets = [CREDENTIAL, fly.github.ACTIONS_ID_TOKEN_REQUEST_TOKEN];
  if (dice.chance(0.3)) nameBadly(dice, fly);
  const inner = flyTransport(fly);
  const heard: Transport = async (request) => {
    checkAddress(request);
    if (request.url.origin === PROBE) return { status: 200, headers: {}, body: dice.pick(TEXTS) };
    const answer = await inner(request);
    for (const [, nonce = ''] of answer.body.matchAll(/"nonce":"([^"]+)"/g)) secrets.push(nonce);
    for (const [macaroon] of answer.body.matchAll(MACAROON)) secrets.push(macaroon.slice(4));
    return answer;
  };
  const rate = dice.pick([0.02, 0.1, 0.3, 0.6]);
  return { dice, fly, clock, files, secrets, transport: spoilingTransport(dice, heard, rate) };
}

/** Gives another client's machines states and leases that Fly itself would show. */
function nameBadly(dice: Dice, fly: Fly): void {
  for (const machine of fly.machines(APP)) {
    Object.assign(machine, { name: dice.pick(TEXTS), region: dice.pick(TEXTS) });
    const text = dice.pick(TEXTS);
    machine.behaviour.exec = () => ({ stdout: text, stderr: dice.pick(TEXTS), exitCode: dice.below(2) });
    if (dice.chance(0.5)) continue;
    const expiresAt = Math.floor(fly.clock.now() / 1000) + dice.size(10_000);
    const lease = { nonce: 'Xc5Vb7nM2Qw8Er4Ty6Ui0Op1As3Df9Gh', owner: dice.pick(TEXTS), description: '' };
    machine.lease = { ...lease, version: machine.instanceId, expiresAt };
  }
}

/** Every path of Fly's that a step may ask for. */
const PATHS = [
  // The time.
  /^\/$/,
  /^\/v1\/apps(\/[^/]+(\/machines(\/[^/]+(\/(start|stop|suspend|restart|cordon|uncordon|exec|wait|lease))?)?)?)?$/,
  /^\/v1\/apps\/[^/]+\/machines\/[^/]+\/metadata\/[^/]+$/,
  /^\/v1\/orgs\/[^/]+\/machines$/,
  /^\/v1\/tokens\/[a-z]+$/,
  /^\/prometheus\/[^/]+\/api\/v1\/query_range$/,
];

function checkAddress({ url, headers }: HttpRequest): void {
  const authorization = headers['authorization'] ?? '';
  const isFly = url.origin === API || url.origin === 'https://api.fly.io';
  const isKnown = PATHS.some((path) => path.test(url.pathname));
  expect(!isFly || isKnown, () => `a request goes to ${url.pathname}`);
  expect(isFly || url.origin === PARTY || url.origin === PROBE, () => `a request goes to ${url.href}`);
  expect(isFly || !authorization.includes('fm2_'), () => `the token goes to ${url.origin}`);
  expect(
    url.origin === PARTY || !authorization.includes(CREDENTIAL),
    () => `a credential goes to ${url.origin}`,
  );
}

async function work(world: World): Promise<void> {
  const { dice, fly, secrets } = world;
  const [command, given] = dice.pick(STEPS);
  const token = dice.chance(0.8)
    ? fly.mintToken({ app: APP, withDischarge: true })
    : fly.mintToken({ org: 'my-org' });
  for (const [macaroon] of token.matchAll(MACAROON)) secrets.push(macaroon.slice(4));
  const shown = dice.chance(0.8) ? `Bearer ${CREDENTIAL}` : 'oidc';
  const credentials = { 'third-party-credentials': `${PARTY}: ${shown}` };
  const inputs = { token, app: APP, ...credentials, ...given };
  const { app, ...whole } = inputs;
  const { state, exported } = await step(world, command, app === '' ? whole : inputs);
  await postOf(
    { ...world, secrets: [...secrets, ...valuesOf(exported)] },
    { ...exported, ...stateVariables(state) },
  );
  expectNone(filesIn(world.files.temp), secrets);
}

async function step(world: World, command: CommandName, inputs: With): Promise<WrittenFiles> {
  const { dice, clock, transport, files, secrets } = world;
  const log = watchedLog();
  const { runner, env, read } = files.open();
  let unique = 0;
  const cancelled = new AbortController();
  const shell = {
    env: { ...passed(command, inputs), ...world.fly.github, ...env },
    log,
    runner,
    clock,
    transport,
    jitter: () => dice.next(),
    unique: () => `${command}-${++unique}`,
    cancelled: cancelled.signal,
    temp: files.temp,
    scratch: files.temp,
    flyToml: () => undefined,
  };
  const succeeded = await clock.run(run(command, shell));
  const left = read();
  checkReport(left);
  checkSummary(left.summary);
  checkLog(log, [...secrets, ...valuesOf(left.exported)]);
  const errors = log.annotations.filter(({ level }) => level === 'error');
  expect(
    succeeded === (errors.length === 0),
    () => `the step returned ${succeeded} and showed ${errors.length} errors`,
  );
  return left;
}

function valuesOf(env: Environment): string[] {
  return Object.values(env).filter((it) => it !== undefined);
}

function stateVariables(state: ReadonlyMap<string, string>): Environment {
  return Object.fromEntries([...state].map(([name, value]) => [`STATE_${name}`, value]));
}

async function postOf(world: World, env: Environment): Promise<void> {
  const { dice, clock, transport, files, secrets } = world;
  const log = watchedLog();
  const { runner, read } = files.open();
  const shell = {
    env: { ...env, ...world.fly.github },
    log,
    runner,
    clock,
    transport,
    jitter: () => dice.next(),
    temp: files.temp,
  };
  await clock.run(post({ ...shell, cancelled: new AbortController().signal }));
  checkSummary(read().summary);
  checkLog(log, secrets);
  expect(
    log.annotations.every(({ level }) => level !== 'error'),
    () => 'a post turns the job red',
  );
}

function checkLog({ printed, annotations }: WatchedLog, secrets: readonly string[]): void {
  expectNone(printed.join(''), secrets);
  for (const { text } of annotations)
    expect(!/\binternal: |fault of the action/.test(text), () => `the error has no class: ${text}`);
}
