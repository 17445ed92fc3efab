import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Times in milliseconds that a process has after a cancel. */
export interface CancelTimes {
  /** Time from SIGINT to SIGTERM. */
  readonly interrupt: number;
  /** Time from SIGTERM to SIGKILL. */
  readonly terminate: number;
  /** First signal. Default SIGINT, as on the runner; a shell or a terminal that closes sends SIGHUP. */
  readonly first?: NodeJS.Signals;
}

/** Times of the real runner. */
export const RUNNER_CANCEL_TIMES: CancelTimes = { interrupt: 7_500, terminate: 2_500 };

/** A process to run. */
export interface ProcessOrder {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onStdout: (text: string) => void;
  readonly onStderr: (text: string) => void;
  /** Signal to ask the process to end: SIGINT or `times.first`, then SIGTERM, then SIGKILL. */
  readonly cancel: AbortSignal;
  /** Signal to end the process with SIGKILL at once, as the system does when memory runs out. */
  readonly kill: AbortSignal | undefined;
  /** Signal to stop reading what the process says, and to close the pipes. */
  readonly deafen: AbortSignal | undefined;
  readonly times: CancelTimes;
}

// Milliseconds that the runner waits for a grandchild that holds the output open.
const OPEN_STREAMS_MS = 5_000;

/**
 * Runs one process with exactly the given environment and no input. Resolves to its exit code (128 + number
 * after a signal). Rejects when the process can't start, for example because its environment is larger than the
 * system allows. Signals go to the process alone, never to its children, as with the runner on Linux and macOS;
 * Windows is not modelled.
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
      later(OPEN_STREAMS_MS, onDeafen);
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
