import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How long a process that is being cancelled may go on, in milliseconds. */
export interface CancelTimes {
  /** From SIGINT to SIGTERM. */
  readonly interrupt: number;
  /** From SIGTERM to SIGKILL. */
  readonly terminate: number;
  /** What is sent first; SIGINT by default, as the runner does. A shell or a terminal that goes sends SIGHUP. */
  readonly first?: NodeJS.Signals;
}

/** The runner's own times. */
export const runnerCancelTimes: CancelTimes = { interrupt: 7_500, terminate: 2_500 };

export interface ProcessOrder {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onStdout: (text: string) => void;
  readonly onStderr: (text: string) => void;
  /** Asks the process to go: SIGINT or what `times` says, then SIGTERM, then SIGKILL. */
  readonly cancel: AbortSignal;
  /** Ends the process with SIGKILL at once, as a machine that runs out of memory does. */
  readonly kill: AbortSignal | undefined;
  /** Stops reading what the process says, and closes the pipes. */
  readonly deafen: AbortSignal | undefined;
  readonly times: CancelTimes;
}

// A grandchild may hold the output open; the runner waits this long for it.
const openStreamsMs = 5_000;

/**
 * Runs one process with exactly the given environment and no input, and resolves to its exit code (128 + number after a signal).
 * Rejects when the process can't be started, such as when its environment is larger than the system allows.
 * Signals go to the process alone, never to its children, as with the runner on Linux and macOS; Windows is not modelled.
 */
export function runProcess(order: ProcessOrder): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(order.file, order.args, {
      cwd: order.cwd,
      env: { ...order.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timers: NodeJS.Timeout[] = [];
    const later = (ms: number, then: () => void) => timers.push(setTimeout(then, ms));

    const onKill = () => child.kill('SIGKILL');
    const onCancel = () => {
      child.kill(order.times.first ?? 'SIGINT');
      later(order.times.interrupt, () => {
        child.kill('SIGTERM');
        later(order.times.terminate, onKill);
      });
    };
    const onDeafen = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const stopListening = [
      whenAborted(order.cancel, onCancel),
      whenAborted(order.kill, onKill),
      whenAborted(order.deafen, onDeafen),
    ];
    const cleanUp = () => {
      for (const timer of timers) clearTimeout(timer);
      for (const stop of stopListening) stop();
    };

    child.stdout.setEncoding('utf8').on('data', order.onStdout);
    child.stderr.setEncoding('utf8').on('data', order.onStderr);
    child.once('error', (error) => {
      // The same event reports a signal that could not be sent; only a process that never ran has no id.
      if (child.pid !== undefined) return;
      cleanUp();
      reject(error);
    });
    child.once('exit', () => {
      later(openStreamsMs, onDeafen);
    });
    child.once('close', (code, signal) => {
      cleanUp();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function whenAborted(signal: AbortSignal | undefined, then: () => void): () => void {
  if (signal?.aborted) then();
  signal?.addEventListener('abort', then, { once: true });
  return () => signal?.removeEventListener('abort', then);
}
