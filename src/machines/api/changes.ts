import * as v from '@badrap/valita';
import { ATTEMPT_LIMIT_MS, type BeforeSend, type Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** What any change is sent with. */
export interface SendOptions {
  /** Of a lease that we hold. */
  readonly nonce?: string | undefined;
  /** Steps before each attempt, in their order. */
  readonly before?: readonly BeforeSend[] | undefined;
  /** Told of each attempt that surely did nothing and is to be made again, before the pause. */
  readonly undone?: (() => void) | undefined;
}

/** How a process is to be ended; what is absent is the machine's own setting. */
export interface StopOptions {
  readonly signal?: string | undefined;
  /** To SIGKILL, in milliseconds. */
  readonly killTimeout?: number | undefined;
}

/** A command that is to run in a machine. */
export interface Command {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** In milliseconds; Fly counts in whole seconds. */
  readonly timeout: number;
}

/** How a command ended. */
export interface ExecResult {
  readonly exitCode: number;
  /** 0 where no signal ended it. */
  readonly exitSignal: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The answers to changes, whose fields differ from source to source: all may be missing. */
export const ActionJson = v.object({
  status: v.string().nullable().optional(),
  message: v.string().nullable().optional(),
});

/** What Fly tells of a change it has taken on. */
export type ActionAnswer = v.Infer<typeof ActionJson>;

/** Go leaves out what is zero. */
const ExecJson = v
  .object({
    exit_code: v.number().nullable().optional(),
    exit_signal: v.number().nullable().optional(),
    stdout: v.string().nullable().optional(),
    stderr: v.string().nullable().optional(),
  })
  .map(
    (json): ExecResult => ({
      exitCode: json.exit_code ?? 0,
      exitSignal: json.exit_signal ?? 0,
      stdout: json.stdout ?? '',
      stderr: json.stderr ?? '',
    }),
  );

/** A change that needs nothing but its name. */
export function plainChange(
  verb: 'start' | 'suspend' | 'cordon' | 'uncordon',
  machine: MachineRef,
  options: SendOptions,
): Call<ActionAnswer> {
  return change(verb, machine, options);
}

/** Stops a machine. */
export function stopping(machine: MachineRef, options: StopOptions & SendOptions): Call<ActionAnswer> {
  return { ...change('stop', machine, options), body: stopFields(options) };
}

/** Restarts a machine; Fly takes here as a query what it takes for a stop as a body. */
export function restarting(machine: MachineRef, options: StopOptions & SendOptions): Call<ActionAnswer> {
  return { ...change('restart', machine, options), query: new URLSearchParams(stopFields(options)) };
}

/** Runs a command in a machine. What it is stays out of messages: it may hold secrets. */
export function running(
  machine: MachineRef,
  { command, timeout, ...options }: Command & SendOptions,
): Call<ExecResult> {
  return {
    ...change('exec', machine, options),
    what: `run the command in machine ${machine.id}`,
    body: { command, timeout: Math.max(1, Math.ceil(timeout / 1000)) },
    answer: ExecJson,
    limit: timeout + ATTEMPT_LIMIT_MS,
    isFresh: true,
  };
}

function change(
  verb: string,
  machine: MachineRef,
  { nonce, before, undone }: SendOptions,
): Call<ActionAnswer> {
  return {
    ...{ method: 'POST', path: `${machinePath(machine)}/${verb}`, nonce, before, undone },
    ...{ what: `${verb} machine ${machine.id}`, answer: ActionJson },
  };
}

function stopFields({ signal, killTimeout }: StopOptions): Record<string, string> {
  return {
    ...(signal === undefined ? {} : { signal }),
    // A bare number would be read as nanoseconds.
    ...(killTimeout === undefined ? {} : { timeout: `${Math.ceil(killTimeout / 1000)}s` }),
  };
}
