import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const BIN = resolve('interop', 'bin');

/** Released tools that the checks run, by the name of their program. */
export const TOOLS = {
  act: { path: 'github.com/nektos/act', version: 'v0.2.89' },
  actionlint: { path: 'github.com/rhysd/actionlint/cmd/actionlint', version: 'v1.7.12' },
} as const;

/** An error that says in one sentence why a Go program isn't available, and what to install or look at. */
export class GoError extends Error {}

function go(args: string[], what: string, env: NodeJS.ProcessEnv = {}): void {
  mkdirSync(BIN, { recursive: true });
  const { error, status } = spawnSync('go', args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error !== undefined) {
    throw new GoError(
      `Go is needed to build ${what}: install Go 1.26 or newer (go.dev/dl) and put its bin folder on PATH (${error.message}).`,
    );
  }
  if (status !== 0)
    throw new GoError(`go ${args.join(' ')} failed (exit code ${status}); its message is above.`);
}

/**
 * Builds one of our own programs (a folder of `interop/`, such as `oracle`) and returns the absolute path of
 * its binary. The working directory must be the repository's root. Throws {@link GoError}.
 */
export function goBinary(name: string): string {
  const binary = join(BIN, name);
  go(['build', '-C', 'interop', '-o', binary, `./${name}`], `interop/${name}`);
  return binary;
}

/**
 * Installs a released tool at its pinned version and returns the absolute path of its binary. Throws {@link
 * GoError}.
 */
export function toolBinary(name: keyof typeof TOOLS): string {
  const { path, version } = TOOLS[name];
  go(['install', `${path}@${version}`], name, { GOBIN: BIN });
  return join(BIN, name);
}

/**
 * Builds Fly's CLI, in the version that `interop/flyctl/go.mod` pins, and returns the absolute path of its
 * binary. From an empty cache it takes minutes and 3 GB. Throws {@link GoError}.
 */
export function flyctlBinary(): string {
  const binary = join(BIN, 'flyctl');
  go(['build', '-C', 'interop/flyctl', '-o', binary, 'github.com/superfly/flyctl'], "Fly's CLI");
  return binary;
}
