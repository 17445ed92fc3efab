/**
 * Interop with Fly's own CLI (`npm run interop:flyctl`): the CLI is a client of the emulator, as our action is.
 * Prints each command and comparison, and fails when anything differs. It talks to loopback only; Go builds the
 * CLI first.
 */
import { readFileSync } from 'node:fs';
import { systemClock } from '../../emulator/clock.js';
import { createFly, type Fly } from '../../emulator/fly.js';
import { systemRandom } from '../../emulator/random.js';
import { serve } from '../../emulator/server.js';
import { createJob } from '../../runner/job.js';
import { flyctlBinary, GoError } from '../go.js';
import { record, runRecorded } from '../record.js';
import { lookUpApps } from './app-lookup.js';
import { openDeadEnd } from './dead-end.js';
import { runDischarges } from './discharging.js';
import { createFlyCli } from './fly-cli.js';
import { runLeases } from './leases.js';
import { compareListings } from './listing.js';
import { runMachineCommands } from './machine-commands.js';
import { APP, SHOP, type Stage } from './stage.js';
import { compareTokens } from './tokens.js';
import { createTranscript } from './transcript.js';

const SCENES: readonly (readonly [title: string, compared: string, play: (stage: Stage) => Promise<void>])[] =
  [
    ['Every machine, as both show it', 'machines: list and status', (stage) => compareListings(stage, true)],
    ['Apps, by the GraphQL API', 'apps: status', lookUpApps],
    [
      'Commands that change machines',
      'machines: start, stop, suspend, restart, wait, cordon, uncordon',
      runMachineCommands,
    ],
    ['A lease of another client', 'leases: view, clear, refusals', runLeases],
    ['Tokens', 'tokens: debug, attenuate', compareTokens],
    ['Tokens that need a discharge', 'discharges', runDischarges],
    ['Every machine again', 'machines: list after the changes', (stage) => compareListings(stage, false)],
  ];

/** Host that every command asks, whatever its settings; it gets no answer and doesn't need one. */
const FEATURE_FLAGS = 'clientsdk.launchdarkly.com:443';

async function check(binary: string): Promise<number> {
  const fly = createFly({
    clock: systemClock,
    random: systemRandom,
    apps: [SHOP, { name: 'foreign', machines: [{}] }],
    // The commands come faster than a person types.
    settings: { rateLimits: false },
  });
  const server = await serve(fly, { onError: (error) => console.error(error) });
  const deadEnd = await openDeadEnd();
  const token = fly.mintToken({ app: APP, withDischarge: true });
  const cli = createFlyCli({ binary, url: server.url, proxy: deadEnd.url, token });
  const transcript = createTranscript(
    (line) => console.log(line),
    () => noncesOf(fly),
  );
  const action: Stage['action'] = async (uses, inputs) => {
    const job = createJob({ secrets: [inputs['token'] ?? token], env: { FLY_FLAPS_BASE_URL: server.url } });
    try {
      return await job.step({ uses, with: { token, ...inputs } });
    } finally {
      job.end();
    }
  };
  try {
    const version = flyctlVersion();
    for (const [title, compared, play] of SCENES) {
      const before = transcript.checks;
      transcript.title(title);
      await play({ fly, cli, transcript, action });
      record({
        compared,
        against: `superfly/flyctl ${version}`,
        cases: transcript.checks - before,
        result: 'agree',
      });
    }
    transcript.title('At the end');
    const others = deadEnd.asked.filter((host) => host !== FEATURE_FLAGS);
    transcript.same('the CLI sent no request to another host, except for its feature flags', others, []);
  } finally {
    cli.end();
    await deadEnd.close();
    await server.close();
  }
  console.log(`\n${transcript.checks} checks, ${transcript.failures.length} failed.`);
  for (const failure of transcript.failures) console.error(`✗ ${failure}`);
  return transcript.failures.length === 0 ? 0 : 1;
}

/** Reads the pinned version; a CLI that we build calls itself by its date. */
function flyctlVersion(): string {
  const [, version] = /superfly\/flyctl (v\S+)/.exec(readFileSync('interop/flyctl/go.mod', 'utf8')) ?? [];
  if (version === undefined)
    throw new Error(
      'interop/flyctl/go.mod names no version of superfly/flyctl: add the requirement with its version.',
    );
  console.log(`superfly/flyctl ${version}`);
  return version;
}

function noncesOf(fly: Fly): string[] {
  return fly.machines(APP).flatMap(({ lease }) => (lease === undefined ? [] : [lease.nonce]));
}

try {
  const binary = flyctlBinary();
  process.exitCode = await runRecorded('npm run interop:flyctl', () => check(binary));
} catch (error) {
  if (!(error instanceof GoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
