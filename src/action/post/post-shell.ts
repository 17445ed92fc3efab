import type { Files } from '../../files/files.js';
import type { Host } from '../runner/host.js';

/** Surroundings of a post step, handed in by `main`. */
export interface PostShell extends Host {
  /** Aborts when the runner wants this process gone. */
  readonly cancelled: AbortSignal;
  /** Folder of the runner for temporary files. */
  readonly temp: string | undefined;
  /** Files of that folder in place of those on disk. */
  readonly files?: Files | undefined;
}
