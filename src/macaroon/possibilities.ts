import type { Access } from './access.js';
import { type Caveat, caveatsNamed } from './caveats.js';
import { goSeconds } from './go-seconds.js';

/** Question to a token, as far as it is known: Fly numbers organizations and apps, while people name them. */
export interface Question {
  /** Bit mask. */
  readonly action: number;
  /** Tells whether an app as a whole is meant, or one of its machines, whichever that is. */
  readonly at: 'app' | 'machine';
  readonly orgId?: bigint | undefined;
  readonly appId?: bigint | undefined;
  /** Known facts, which leave fewer possibilities. */
  readonly machine?: string | undefined;
  /** `any`: whichever command one would like to run. */
  readonly command?: readonly string[] | 'any' | undefined;
  /** Unix seconds; undefined: no clock is to be trusted. */
  readonly now?: number | undefined;
}

/** Choices of the one who asks. */
export type AccessChoice = Pick<Access, 'machine' | 'command'>;

/** Every access that a question can stand for, as far as caveats can tell accesses apart. */
export interface Possibilities {
  readonly choices: readonly AccessChoice[];
  /** Unknown to everybody here: numbers, the time, whether the caller runs on a machine of Fly's. */
  readonly unknowns: readonly Omit<Access, keyof AccessChoice>[];
}

/** Effort that may still be spent on trying, in looks at a part of a caveat; judgements can share it. */
export interface Effort {
  left: number;
}

/** Effort for one judgement. A token that needs more was built to keep us busy. */
export const MOST_WORK = 50_000;

/**
 * The accesses of a question. Caveats only compare (ids for equality, times for order, commands with their beginnings), so
 * the values that they mention and one that they don't stand for all that there are. Undefined where it is too much work to try them.
 */
export function possibilities(
  caveats: readonly Caveat[],
  question: Question,
  work: Effort,
): Possibilities | undefined {
  const most = Math.min(MOST_WORK, work.left);
  if (most <= 0) return undefined;
  const size = sizeOf(caveats);
  work.left -= size;
  if (size > most) return undefined;
  const of = <N extends Parameters<typeof caveatsNamed>[1], T>(
    name: N,
    read: (body: ReturnType<typeof caveatsNamed<N>>[number]['body']) => readonly T[],
  ) => caveatsNamed(caveats, name).flatMap(({ body }) => read(body));
  const sources = of('FlySrc', (body) => [body]);
  const { at, machine } = question;
  const machines =
    at === 'app' || machine !== undefined
      ? [at === 'app' ? undefined : machine]
      : namedOnes(of('Machines', (it) => [...it.machines.keys()]));
  const commands =
    question.command === 'any'
      ? [...of('Commands', (it) => it.map(({ args }) => args)), ['?']]
      : [question.command];
  const unknown = {
    orgId: ids(question.orgId, () => of('Organization', ({ id }) => [id])),
    appId: ids(question.appId, () => of('Apps', ({ apps }) => [...apps.keys()])),
    now: question.now === undefined ? times(of('ValidityWindow', (it) => [it])) : [question.now],
    sourceMachine: unlessEmpty([
      ...of('FromMachineSource', ({ id }) => [id]),
      ...sources.map((it) => it.instance),
    ]),
    sourceApp: unlessEmpty(sources.map(({ app }) => app)),
    sourceOrganization: unlessEmpty(sources.map(({ organization }) => organization)),
  };
  const lists = [machines, commands, ...Object.values(unknown)];
  const parts = lists.reduce((sum, { length }) => sum + length, size);
  const cost = lists.reduce((product, { length }) => product * length, parts);
  if (cost > most) return undefined;
  work.left -= cost;
  return {
    choices: product({ machine: machines, command: commands }),
    unknowns: product({ action: [question.action], ...unknown }),
  };
}

/** Counts the values to look at, those nested and those in sets included. */
function sizeOf(value: unknown): number {
  if (value instanceof Map) return 1 + value.size;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return 1;
  return Object.values(value).reduce<number>((sum, it) => sum + sizeOf(it), 0);
}

/** The values, the zero id among them left out, and one that is none of them. */
function namedOnes(values: readonly string[]): string[] {
  const set = new Set(values);
  set.delete('');
  let other = 'another';
  while (set.has(other)) other = `${other}-${set.size}`;
  return [...set, other];
}

function ids(known: bigint | undefined, mentioned: () => readonly bigint[]): bigint[] {
  if (known !== undefined) return [known];
  const set = new Set(mentioned());
  set.delete(0n);
  let other = 1n;
  while (set.has(other)) other += 1n;
  return [...set, other];
}

/** Moments at which windows begin and right after they end; within a window, one moment is like any other. */
function times(windows: readonly { readonly not_before: bigint; readonly not_after: bigint }[]): number[] {
  const edges = windows.flatMap((it) => [
    Number(goSeconds(it.not_before)),
    Number(goSeconds(it.not_after)) + 1,
  ]);
  return [...new Set([...edges, 0])];
}

/** A caller that isn't on a machine of Fly's, and those that are on one of these. */
function unlessEmpty(values: readonly string[]): (string | undefined)[] {
  return [undefined, ...new Set(values.filter((it) => it !== ''))];
}

/** Every way to take one value from each list; what is undefined is left out. */
function product<T extends object>(lists: { readonly [K in keyof T]: readonly (T[K] | undefined)[] }): T[] {
  let rows: Partial<T>[] = [{}];
  for (const [name, values] of Object.entries<readonly unknown[]>(lists)) {
    rows = rows.flatMap((row) =>
      values.map((value) => (value === undefined ? row : { ...row, [name]: value })),
    );
  }
  // Each row has a value of each list whose values are all there, which is what the types of the callers say.
  return rows as T[];
}
