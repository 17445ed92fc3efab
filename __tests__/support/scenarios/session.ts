import { rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Job } from '../../../runner/job.js';
import type { JobFile } from '../../../runner/job-folder.js';

/** The files that hold sessions, and whatever else is called so. */
export function sessionFiles(job: Job): readonly JobFile[] {
  return job.files().filter(({ path }) => basename(path).startsWith('fly-machines-session-'));
}

/** Path of the one session that is open. */
export function sessionPath(job: Job): string {
  const [file, ...others] = sessionFiles(job);
  if (file === undefined || others.length > 0) throw new Error('not exactly one session is open');
  return join(job.temp, basename(file.path));
}

/** Makes a job's RUNNER_TEMP another path to the other's, as the steps of a container have it. */
export function shareTemp(job: Job, { temp }: Job): void {
  rmSync(job.temp, { recursive: true });
  // On Windows anybody may make a link of this kind; elsewhere there is but one.
  symlinkSync(temp, job.temp, 'junction');
}
