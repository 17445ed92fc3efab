import type { CliOptions, FlyCli } from '../../interop/flyctl/fly-cli.js';
import { createJob } from '../../runner/job.js';
import type { StepOptions } from '../../runner/job-options.js';
import { nodeForActions } from './node-binary.js';

/**
 * Runs one step in a job of its own against the Fly at `url`, and returns its milliseconds, its own waiting
 * included. Throws when it doesn't succeed.
 */
export async function timeStep(url: string, step: Pick<StepOptions, 'uses' | 'with'>): Promise<number> {
  const job = createJob({ node: nodeForActions().path, env: { FLY_FLAPS_BASE_URL: url } });
  try {
    const start = performance.now();
    const { conclusion, stdout } = await job.step(step);
    if (conclusion !== 'success') throw new Error(`${step.uses} ended with ${conclusion}:\n${stdout}`);
    return performance.now() - start;
  } finally {
    job.end();
  }
}

/** Runs a command of Fly's CLI and returns its output. Throws when it fails. */
export async function succeed(cli: FlyCli, args: readonly string[], options?: CliOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await cli.run(args, options);
  if (exitCode !== 0) throw new Error(`fly ${args.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout;
}

/** Formats milliseconds as seconds, for a note. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
