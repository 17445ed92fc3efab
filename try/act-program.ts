import { spawnSync } from 'node:child_process';
import { GoError, TOOLS, toolBinary } from '../interop/go.js';

/** Returns the program act: built in the version that is tested where Go is there, else the one on PATH. */
export function actProgram(): string {
  const { version } = TOOLS.act;
  if (spawnSync('go', ['version']).error === undefined) {
    try {
      return toolBinary('act');
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      console.error(`act ${version} could not be built: ${error.message}`);
    }
  }
  if (spawnSync('act', ['--version']).status === 0) return 'act';
  throw new Error(
    `act runs the workflow, and isn't here. Install it (https://nektosact.com/installation, ${version} or newer) and put it on PATH; or install Go 1.26 or newer (https://go.dev/dl), by which this command builds it.`,
  );
}
