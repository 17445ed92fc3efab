/**
 * `npm run try -- my-workflow.yml`: runs a workflow of one's own by act, with this copy of the action, in front of an
 * embedded Fly, and shows its log and its job summary. Nothing of the real Fly is within its reach: its tokens are
 * the embedded one's, and its environment begins anew.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HELP, readTryOptions } from './options.js';
import { prepare } from './prepare.js';
import { runTry } from './run-try.js';

async function main(args: readonly string[]): Promise<number> {
  const options = readTryOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'try-'));
  // Ctrl-C reaches act as well, which ends its steps; this then tidies up.
  process.on('SIGINT', () => undefined);
  try {
    return await runTry(prepare(options, folder), options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(`try: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
