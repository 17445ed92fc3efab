import { type Answer, refusal } from '../../http.js';

/** A command that a client wants to run. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly stdin: string;
  /** Milliseconds; absent when the request names none or zero, which Go can't tell apart. */
  readonly timeoutMs?: number;
  readonly container?: string;
}

const KINDS = { cmd: 'string', stdin: 'string', container: 'string', machine: 'boolean', timeout: 'number' };

/** Reads the body of an exec, or returns the 400 that refuses it. */
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

/** Reads `command`, or splits the older `cmd` into words. */
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

/** Splits a line into words. Quotes hold words together; a backslash is like any other character. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']+|["'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}

/** Makes the 400 for a value of the wrong type, in Go's words. */
function mismatch(value: unknown, field?: string): Answer {
  const kind = Array.isArray(value) ? 'array' : typeof value;
  const into = field === undefined ? 'value' : `struct field MachineExecRequest.${field}`;
  return refusal(400, `json: cannot unmarshal ${kind} into Go ${into} of type main.MachineExecRequest`);
}
