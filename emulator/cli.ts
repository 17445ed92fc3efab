import { appLines } from './cli/app-lines.js';
import { helpText } from './cli/help-text.js';
import { onParentEnd } from './cli/parent.js';
import { type CliOptions, readOptions } from './cli/read-options.js';
import { systemClock } from './clock.js';
import { createFly, type Fly } from './fly.js';
import { seededRandom, systemRandom } from './random.js';
import { requestLine } from './request-log.js';
import { serve } from './server.js';
import { PARTIES } from './third-parties/parties.js';

/** Runs the emulator until it is interrupted. */
async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(helpText());
    return;
  }
  const fly = createFly({
    clock: systemClock,
    random: options.seed === undefined ? systemRandom : seededRandom(options.seed),
    apps: options.apps,
    settings: options.settings,
    faults: options.faults,
    onRequest: (request) => process.stdout.write(`${requestLine(request)}\n`),
  });
  const server = await serve(fly, {
    port: options.port,
    onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
  });
  const stop = () => {
    server.close().catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exitCode = 1;
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (options.endWithParent) onParentEnd(stop);
  process.stdout.write(greeting(fly, options));
}

/** Returns the text that tells a person, once the server listens, what there is and how to reach it. */
function greeting(fly: Fly, { apps, token, tokenExpiryMs }: CliOptions): string {
  const now = Math.floor(fly.clock.now() / 1_000);
  const expires = tokenExpiryMs === undefined ? {} : { expires: now + Math.floor(tokenExpiryMs / 1_000) };
  const lines = [`The emulated Fly listens at ${fly.origin}`, '', ...appLines(fly, apps)];
  lines.push('', 'Environment for clients:');
  // Only Fly's CLI needs this one.
  lines.push(`export FLY_API_BASE_URL=${fly.origin}`);
  lines.push(`export FLY_FLAPS_BASE_URL=${fly.origin}`);
  lines.push(`export FLY_API_TOKEN='${fly.mintToken({ ...token, ...expires })}'`);
  for (const party of PARTIES) {
    if (fly.settings[party].credential !== 'oidc') continue;
    for (const [name, value] of Object.entries(fly.github)) lines.push(`export ${name}='${value}'`);
    lines.push(`# third-party-credentials: '${fly.origin}: oidc'`);
    break;
  }
  return `${lines.join('\n')}\n\nCtrl-C stops it. Requests:\n`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`emulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
