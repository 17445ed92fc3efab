import { type Answer, refusal } from '../../http.js';

/** A command that somebody wants to be run. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly stdin: string;
  /** Absent where none is named, or zero, as Go can't tell the two apart. */
  readonly timeoutMs?: number;
  readonly container?: string;
}

const KINDS = { cmd: 'string', stdin: 'string', container: 'string', machine: 'boolean', timeout: 'number' };

/** Reads the body of an exec, or gives the 400 that refuses it. */
export function readExecBody(body: string): ExecRequest | Answer {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return refusal(400, 'invalid JSON in the body');
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return mismatch(given);
  const fields: Readonly<Record<string, unknown>> = { ...given };
  for (const [name, kind] of Object.entries(KINDS)) {
    const value = fields[name] ?? undefined;
    if (value !== undefined && typeof value !== kind) return mismatch(value, name);
  }
  const { stdin, timeout, container, machine } = fields;
  if (typeof timeout === 'number' && !Number.isInteger(timeout)) return mismatch(timeout, 'timeout');
  if (typeof timeout === 'number' && timeout < 0)
    return refusal(400, 'invalid timeout: must not be negative');
  if (machine === true && typeof container === 'string' && container !== '') {
    return refusal(400, 'container and machine are mutually exclusive');
  }
  const command = commandOf(fields);
  if ('status' in command) return command;
  return {
    command,
    stdin: typeof stdin === 'string' ? stdin : '',
    ...(typeof timeout === 'number' && timeout > 0 ? { timeoutMs: timeout * 1_000 } : {}),
    ...(typeof container === 'string' && container !== '' ? { container } : {}),
  };
}

/** `command`, or the words of the older `cmd`. */
function commandOf({ command, cmd }: Readonly<Record<string, unknown>>): readonly string[] | Answer {
  const given = command ?? (typeof cmd === 'string' ? words(cmd) : []);
  if (!Array.isArray(given)) return mismatch(given, 'command');
  const all: unknown[] = given;
  const args = all.filter((it) => typeof it === 'string');
  if (args.length < all.length)
    return mismatch(
      all.find((it) => typeof it !== 'string'),
      'command',
    );
  return args.length === 0 ? refusal(400, 'command is required') : args;
}

/** A line's words; quotes hold words together, a backslash is like any other character. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']+|["'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}

/** As Go words it. */
function mismatch(value: unknown, field?: string): Answer {
  const kind = Array.isArray(value) ? 'array' : typeof value;
  const into = field === undefined ? 'value' : `struct field MachineExecRequest.${field}`;
  return refusal(400, `json: cannot unmarshal ${kind} into Go ${into} of type main.MachineExecRequest`);
}
