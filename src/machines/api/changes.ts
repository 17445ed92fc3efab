import * as v from '@badrap/valita';
import { maybe } from '../../maybe.js';
import { ATTEMPT_LIMIT_MS, type BeforeSend, type Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** Options of any change. */
export interface SendOptions {
  /** Nonce of a lease that we hold. */
  readonly nonce?: string | undefined;
  /** Steps before each attempt, in their order. */
  readonly before?: readonly BeforeSend[] | undefined;
  /** Reports, before the pause, each attempt that surely did nothing and will be repeated. */
  readonly undone?: (() => void) | undefined;
}

/** Options of ending a process; an absent one is the machine's own setting. */
export interface StopOptions {
  readonly signal?: string | undefined;
  /** Milliseconds until SIGKILL. */
  readonly killTimeout?: number | undefined;
}

/** Command to run in a machine. */
export interface Command {
  /** Program and its arguments. */
  readonly command: readonly string[];
  /** Time limit in milliseconds; Fly counts in whole seconds. */
  readonly timeout: number;
  /** Container to run it in; undefined: Fly chooses. */
  readonly container?: string | undefined;
}

/** Result of a command. */
export interface ExecResult {
  readonly exitCode: number;
  /** Signal that ended it; 0 if none did. */
  readonly exitSignal: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Answer to a change. Sources disagree on its fields, so any may be missing. */
export const ActionJson = v.object({
  status: maybe(v.string()),
  message: maybe(v.string()),
});

/** Answer of Fly to a change that it has accepted. */
export type ActionAnswer = v.Infer<typeof ActionJson>;

/** Answer to a command. Go leaves out zero values. */
const ExecJson = v
  .object({
    exit_code: maybe(v.number()),
    exit_signal: maybe(v.number()),
    stdout: maybe(v.string()),
    stderr: maybe(v.string()),
  })
  .map(
    (json): ExecResult => ({
      exitCode: json.exit_code ?? 0,
      exitSignal: json.exit_signal ?? 0,
      stdout: json.stdout ?? '',
      stderr: json.stderr ?? '',
    }),
  );

/** Returns the call for a change that needs nothing but its name. */
export function changeCall(
  verb: 'start' | 'suspend' | 'cordon' | 'uncordon',
  machine: MachineRef,
  options: SendOptions,
): Call<ActionAnswer> {
  return callOf(verb, machine, options);
}

/** Returns the call that stops a machine. */
export function stopCall(machine: MachineRef, options: StopOptions & SendOptions): Call<ActionAnswer> {
  return { ...callOf('stop', machine, options), body: stopFields(options) };
}

/** Returns the call that restarts a machine. Fly wants the options as a query here, and as a body for a stop. */
export function restartCall(machine: MachineRef, options: StopOptions & SendOptions): Call<ActionAnswer> {
  return { ...callOf('restart', machine, options), query: new URLSearchParams(stopFields(options)) };
}

/** Returns the call that runs a command in a machine. Messages leave the command out: it may hold secrets. */
export function execCall(
  machine: MachineRef,
  { command, timeout, container, ...options }: Command & SendOptions,
): Call<ExecResult> {
  const where = container === undefined ? '' : `container ${container} of `;
  return {
    ...callOf('exec', machine, options),
    what: `run the command in ${where}machine ${machine.id}`,
    body: {
      command,
      timeout: Math.max(1, Math.ceil(timeout / 1000)),
      ...(container !== undefined && { container }),
    },
    answer: ExecJson,
    limit: timeout + ATTEMPT_LIMIT_MS,
    isFresh: true,
  };
}

function callOf(
  verb: string,
  machine: MachineRef,
  { nonce, before, undone }: SendOptions,
): Call<ActionAnswer> {
  return {
    method: 'POST',
    path: `${machinePath(machine)}/${verb}`,
    nonce,
    before,
    undone,
    what: `${verb} machine ${machine.id}`,
    answer: ActionJson,
  };
}

function stopFields({ signal, killTimeout }: StopOptions): Record<string, string> {
  return {
    ...(signal === undefined ? {} : { signal }),
    // Fly reads a bare number as nanoseconds.
    ...(killTimeout === undefined ? {} : { timeout: `${Math.ceil(killTimeout / 1000)}s` }),
  };
}
