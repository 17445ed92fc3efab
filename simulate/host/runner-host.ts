import type { LeftFile } from '../history/history.js';
import type { DiskStep } from '../script/script.js';
import { type MemoryDisk, memoryDisk } from './memory-disk.js';

/** Machine that jobs run on: its disk outlives them. */
export interface RunnerHost {
  readonly temp: string;
  readonly disk: MemoryDisk;
  /** True while nothing can be written to its disk. */
  isFull: boolean;
}

/** Creates a runner with an empty RUNNER_TEMP. */
export function createRunnerHost(name: string): RunnerHost {
  const temp = `/runner/${name}/temp`;
  return { temp, disk: memoryDisk({ folders: [temp] }), isFull: false };
}

/** Does to a disk what a step of somebody else does. */
export function doToDisk(runner: RunnerHost, does: DiskStep['does']): void {
  switch (does) {
    case 'empty':
      runner.disk.empty(runner.temp);
      break;
    case 'fill':
    case 'free':
      runner.isFull = does === 'fill';
      break;
    case 'open-to-all':
      for (const [path, file] of runner.disk.files) runner.disk.put(path, { ...file, mode: 0o644 });
      break;
    case 'foreign-file':
      runner.disk.put(`${runner.temp}/fly-machines-session-0123456789-abcdef.json`, {
        bytes: Buffer.from('{"not":"ours"}'),
        mode: 0o600,
      });
  }
}

/** Returns what is left in RUNNER_TEMP. */
export function leftFiles({ temp, disk }: RunnerHost): LeftFile[] {
  return [...disk.files]
    .filter(([path]) => path.startsWith(`${temp}/`))
    .map(([path, { bytes, mode }]) => ({
      name: path.slice(temp.length + 1),
      mode,
      text: bytes.toString('utf8'),
    }));
}
