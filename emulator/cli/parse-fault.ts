import type { Fault, FaultRule } from '../faults.js';

const WORDS = ['cut', 'reset', 'hang', 'drip', 'garbage'] as const;

/** Form of a fault on the command line, for the help. */
export const FAULT_SYNTAX =
  '{"method":"POST","path":"/v1/apps" or "pattern":"start$","from":1,"times":1,"fault":"cut" or {"status":503,"body":…},"afterEffect":true}';

/**
 * Reads a fault rule from JSON; `path` is a prefix, `pattern` a regular expression. Throws an error that says
 * what is wrong and what to write.
 */
export function parseFault(text: string): FaultRule {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Error(`--fault can't be read as JSON: write ${FAULT_SYNTAX}`);
  }
  if (typeof given !== 'object' || given === null)
    throw new Error(`--fault is JSON, but not an object: write ${FAULT_SYNTAX}`);
  const { method, path, pattern, from, times, fault, afterEffect, ...unknown }: Record<string, unknown> = {
    ...given,
  };
  const [stray] = Object.keys(unknown);
  if (stray !== undefined) throw new Error(`--fault has no field "${stray}": write ${FAULT_SYNTAX}`);
  return {
    fault: readFault(fault),
    ...optional('method', method, (it) => typeof it === 'string'),
    ...optional('from', from, isCount),
    ...optional('times', times, isCount),
    ...optional('afterEffect', afterEffect, (it) => typeof it === 'boolean'),
    ...readPath(path, pattern),
  };
}

const isCount = (it: unknown) => typeof it === 'number' && Number.isInteger(it) && it > 0;

function optional(name: string, value: unknown, fits: (value: unknown) => boolean): object {
  if (value === undefined) return {};
  if (!fits(value)) throw new Error(`--fault: "${name}" can't be ${JSON.stringify(value)}`);
  return { [name]: value };
}

function readPath(path: unknown, pattern: unknown): Pick<FaultRule, 'path'> {
  if (path === undefined && pattern === undefined) return {};
  if (typeof pattern === 'string' && path === undefined) return { path: new RegExp(pattern) };
  if (typeof path === 'string' && pattern === undefined) return { path };
  throw new Error('--fault takes a "path" or a "pattern", not both, and it must be a text');
}

function readFault(fault: unknown): Fault {
  const word = WORDS.find((it) => it === fault);
  if (word !== undefined) return word;
  if (typeof fault === 'object' && fault !== null) {
    const { status, body, headers }: Record<string, unknown> = { ...fault };
    const given = typeof body === 'string' || (typeof body === 'object' && body !== null) ? { body } : {};
    if (typeof status === 'number') return { status, ...given, headers: readHeaders(headers) };
  }
  throw new Error(
    `--fault: "fault" can't be ${JSON.stringify(fault)}: write one of ${WORDS.join(', ')}, or an object with a status`,
  );
}

function readHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
