import type { Outcome } from './behaviour.js';
import type { Machine } from './machine.js';
import type { ExecRequest } from './wire/exec-request.js';

type Program = (args: readonly string[], stdin: string, machine: Machine) => Outcome;

/** Programs that every machine has. There is no shell. */
const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['true', () => ({})],
  ['false', () => ({ exitCode: 1 })],
  ['echo', (args) => ({ stdout: `${args.join(' ')}\n` })],
  ['cat', (_, stdin) => ({ stdout: stdin })],
  ['env', (_, __, machine) => ({ stdout: environment(machine) })],
  ['sleep', ([seconds = '']) => sleep(seconds)],
]);

/**
 * Runs a command in a machine, by its behaviour or one of the installed programs. Any other command ends with
 * exit code 127.
 */
export function runCommand(
  machine: Machine,
  { command, stdin, container }: Pick<ExecRequest, 'command' | 'stdin' | 'container'>,
): Outcome {
  if (machine.behaviour.exec !== undefined) return machine.behaviour.exec(command, stdin, container);
  const [name = '', ...args] = command;
  const program = PROGRAMS.get(name);
  if (program === undefined) return { exitCode: 127, stderr: `${name}: not found\n` };
  return program(args, stdin, machine);
}

function environment({ config }: Machine): string {
  return Object.entries(config.env ?? {})
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function sleep(seconds: string): Outcome {
  const amount = Number(seconds);
  if (seconds.trim() === '' || !(amount >= 0)) {
    return { exitCode: 1, stderr: `sleep: invalid number '${seconds}'\n` };
  }
  return { takesMs: amount * 1_000 };
}
