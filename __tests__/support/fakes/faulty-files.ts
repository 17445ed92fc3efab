import { type FileSystem, nodeFileSystem } from '../../../src/files/file-system.js';

/** One of the calls that a disk can refuse. */
export type FileCall = Exclude<keyof FileSystem, 'pause' | 'user' | 'unique'>;

/** A call that is refused. */
export interface FileFault {
  readonly call: FileCall;
  /** `EBUSY`. */
  readonly code: string;
  /** How often before it works; for good where it isn't said. */
  readonly times?: number;
  /** Of which paths; of all where it isn't said. What is open is known by no path. */
  readonly path?: RegExp;
}

/** The real disk, which refuses what it is told to, and on which nobody waits. */
export interface FaultySystem extends FileSystem {
  /** From now on. */
  refuse(...faults: readonly FileFault[]): void;
  readonly calls: FileCall[];
  /** Milliseconds. */
  readonly pauses: number[];
}

/** Creates the disk without a fault. */
export function faultySystem(): FaultySystem {
  let left: { fault: FileFault; times: number }[] = [];
  const calls: FileCall[] = [];
  const pauses: number[] = [];
  const checked = (call: FileCall, path: unknown): void => {
    calls.push(call);
    const due = left.find(
      ({ fault, times }) =>
        fault.call === call && times > 0 && (fault.path?.test(typeof path === 'string' ? path : '') ?? true),
    );
    if (due === undefined) return;
    due.times -= 1;
    // As Node says it.
    const { code } = due.fault;
    throw Object.assign(new Error(`${code}: not now, ${call} '${String(path)}'`), { code });
  };
  const guarded = <A extends readonly unknown[], R>(call: FileCall, work: (...args: A) => R) => {
    return (...args: A): R => {
      checked(call, args[0]);
      return work(...args);
    };
  };
  const { open, close, stat, look, read, write, rename, remove, list, user, unique } = nodeFileSystem;
  return {
    open: guarded('open', open),
    // Refused or not, what is closed is closed.
    close: (descriptor) => {
      close(descriptor);
      checked('close', descriptor);
    },
    stat: guarded('stat', stat),
    look: guarded('look', look),
    read: guarded('read', read),
    write: guarded('write', write),
    rename: guarded('rename', rename),
    remove: guarded('remove', remove),
    list: guarded('list', list),
    pause: (ms) => void pauses.push(ms),
    user,
    unique,
    calls,
    pauses,
    refuse: (...faults) => {
      left = faults.map((fault) => ({ fault, times: fault.times ?? Number.POSITIVE_INFINITY }));
    },
  };
}
