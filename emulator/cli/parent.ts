/** Parent at the start: it may be gone before anybody asks. */
const PARENT = process.ppid;
/** Milliseconds between two looks. */
const LOOK_MS = 250;

/**
 * Calls back once the process that started this one is gone. Systems tell a process nothing of its parent's end, so
 * this looks again and again; it doesn't keep the process alive.
 */
export function onParentEnd(ended: () => void): void {
  const timer = setInterval(() => {
    // Windows keeps the id of a parent that is gone, other systems may give it to another process.
    if (process.ppid === PARENT && exists(PARENT)) return;
    clearInterval(timer);
    ended();
  }, LOOK_MS);
  timer.unref();
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process can't be signalled, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
