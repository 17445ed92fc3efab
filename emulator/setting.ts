/** A setting: how to write it on a command line, its default and its purpose. */
export interface Setting<T> {
  readonly kind: 'choice' | 'duration' | 'number' | 'flag' | 'text';
  readonly initial: T;
  readonly choices?: readonly T[];
  readonly help: string;
}

/** The values of a table of settings; mutable. */
export type Values<S> = { -readonly [N in keyof S]: S[N] extends Setting<infer T> ? T : never };

/** Makes a setting that is a choice of words; the first is the default. */
export const oneOf = <const T extends string>(choices: readonly [T, ...T[]], help: string): Setting<T> => ({
  kind: 'choice',
  initial: choices[0],
  choices,
  help,
});

/** Makes a setting that is a duration in milliseconds. */
export const duration = (initial: number, help: string): Setting<number> => ({
  kind: 'duration',
  initial,
  help,
});

export const number = (initial: number, help: string): Setting<number> => ({ kind: 'number', initial, help });
export const flag = (initial: boolean, help: string): Setting<boolean> => ({ kind: 'flag', initial, help });
export const text = (initial: string, help: string): Setting<string> => ({ kind: 'text', initial, help });

/** Returns the defaults of a table of settings. */
export function initialValues<S extends Readonly<Record<string, Setting<unknown>>>>(settings: S): Values<S> {
  // The cast is safe: the entries are the table's own names with their defaults.
  return Object.fromEntries(
    Object.entries(settings).map(([name, { initial }]) => [name, initial]),
  ) as Values<S>;
}
