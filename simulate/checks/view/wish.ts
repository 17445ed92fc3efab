import type { ActionStep } from '../../script/script.js';
import { durationIn } from '../time/duration.js';

/** Inputs of a step, as far as checks need them, read without the action's help. */
export interface Wish {
  readonly command: string;
  /** Names and patterns of `app`; undefined where it isn't given. */
  readonly apps: readonly string[] | undefined;
  readonly org: string | undefined;
  /** Ids or names; `all`; or `auto` where nothing was given. */
  readonly machines: 'auto' | 'all' | readonly string[];
  readonly regions: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  /** Filter by state; of `wait` the states to wait for. */
  readonly states: readonly string[] | undefined;
  readonly metadata: readonly Pair[];
  readonly exclude: readonly string[];
  readonly shard: { readonly index: number; readonly total: number } | undefined;
  readonly limit: number | undefined;
  readonly maxConcurrent: number;
  readonly wait: 'true' | 'false' | 'checks';
  readonly fallback: boolean;
  readonly idleAction: 'stop' | 'suspend';
  readonly allowEmpty: boolean;
  readonly dryRun: boolean;
  readonly restore: boolean;
  /** True where what the step changes is marked. */
  readonly marks: boolean;
  readonly lease: boolean;
  readonly warns: boolean;
  /** True where nothing new is begun after the first failure. */
  readonly stops: boolean;
  /** Milliseconds after which a machine is looked at once more; undefined where the command decides. */
  readonly settleMs: number | undefined;
  /** Container that a command runs in. */
  readonly container: string | undefined;
}

/** Metadata that a machine must have. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** Reads the inputs of a step. Those that can't be read count as not given: a step with them does nothing. */
export function wishOf({ command, inputs }: ActionStep): Wish {
  const text = (name: string, none: string) => {
    const given = inputs[name]?.trim();
    return given === undefined || given === none ? undefined : given;
  };
  const list = (name: string, none: string) => {
    const given = text(name, none);
    return given === undefined ? undefined : listIn(given);
  };
  const isOn = (name: string) => text(name, 'false')?.toLowerCase() === 'true';
  const machines = text('machines', 'auto');
  const isRestart = command === 'restart';
  const wait = text('wait', 'auto')?.toLowerCase() ?? (isRestart ? 'checks' : 'true');
  const onFailure = text('on-failure', 'auto') ?? (isRestart ? 'stop' : 'fail');
  return {
    command,
    apps: list('app', 'auto'),
    org: text('org', 'none'),
    machines: machines === undefined ? 'auto' : machines === 'all' ? 'all' : listIn(machines),
    regions: list('region', 'any'),
    groups: list('process-group', 'any'),
    states: list('state', 'any'),
    metadata: (list('metadata', 'any') ?? []).map(pairIn),
    exclude: list('exclude', 'none') ?? [],
    shard: shardIn(text('shard', 'none')),
    limit: numberIn(text('limit', 'none')),
    maxConcurrent: numberIn(text('max-concurrent', '20')) ?? 20,
    wait: wait === 'false' || wait === 'checks' ? wait : 'true',
    fallback: text('fallback', 'none') === 'stop',
    idleAction: text('down-action', 'stop') === 'suspend' ? 'suspend' : 'stop',
    allowEmpty: isOn('allow-empty'),
    dryRun: isOn('dry-run'),
    restore: isOn('restore'),
    marks: text('mark', 'none') !== undefined,
    lease: isOn('lease'),
    warns: onFailure === 'warn',
    stops: onFailure === 'stop',
    settleMs: durationIn(text('settle', 'auto') ?? ''),
    container: text('container', 'none'),
  };
}

/** Returns the values of a list: a JSON array, or texts between commas and line breaks. */
export function listIn(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      const values: unknown = JSON.parse(text);
      return Array.isArray(values) ? values.map((it) => String(it).trim()).filter((it) => it !== '') : [];
    } catch {
      return [];
    }
  }
  return text
    .split(/[,\n]/)
    .map((it) => it.trim())
    .filter((it) => it !== '');
}

/** Splits `key=value` at its first `=`. */
export function pairIn(text: string): Pair {
  const at = text.indexOf('=');
  return at < 0 ? { key: text, value: '' } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

function shardIn(text: string | undefined): Wish['shard'] {
  const [index, total] = (text ?? '').split('/').map((it) => Number(it.trim()));
  return text === undefined || index === undefined || total === undefined ? undefined : { index, total };
}

function numberIn(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || !Number.isInteger(value) ? undefined : value;
}
