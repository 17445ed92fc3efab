import { onAbort } from './abort.js';
import { ActionError } from './errors.js';

/** Signals that a runner, a shell or a terminal sends to a process that is to go. SIGBREAK is Windows', as SIGHUP is when a console closes. */
const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK'] as const;

/** Longest time in milliseconds that a process without work stays for connections that others left open. */
const LINGER_MS = 1_000;

/** A stream that people read. */
interface Output {
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(text: string, then: () => void): unknown;
}

/** This process, as far as its end is concerned. */
export interface HostProcess {
  readonly stdout: Output;
  readonly stderr: Output;
  on(signal: (typeof END_SIGNALS)[number], listener: () => void): unknown;
  exit(): void;
}

/** Returns a controller that aborts as soon as the runner or a user ends this process. */
export function cancelSignal(host: HostProcess): AbortController {
  const cancelled = new AbortController();
  for (const signal of END_SIGNALS) {
    host.on(signal, () => cancelled.abort(new ActionError('cancelled', 'the job was cancelled')));
  }
  return cancelled;
}

/** Calls back when this process's output can't be written any more; without a listener Node would end it in the middle of its work. */
export function whenUnheard({ stdout, stderr }: HostProcess, then: (error: Error) => void): void {
  for (const output of [stdout, stderr]) output.on('error', then);
}

/** Returns the error that cancels a step whose output can't be written any more. */
export function unheard({ message }: Error): ActionError {
  return new ActionError('cancelled', `nobody reads the step's output any more: ${message}`);
}

/**
 * Ends this process, which ends by itself as a rule: a proxy that leaves a connection half open holds it where nothing of
 * ours can close it. What was written goes out first, however slow its reader is, unless the job is cancelled.
 */
export function leaveSoon(host: HostProcess, cancelled: AbortSignal): void {
  const leave = () => {
    onAbort(cancelled, () => host.exit());
    host.stdout.write('', () => host.stderr.write('', () => host.exit()));
  };
  setTimeout(leave, LINGER_MS).unref();
}
