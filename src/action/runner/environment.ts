/** Variables of the process, as the runner set them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Prefix of the variables that carry inputs. */
export const INPUT_PREFIX = 'INPUT_';

/** Returns the text of an input as the runner passes it, trimmed; undefined when it isn't passed at all. */
export function inputText(env: Environment, name: string): string | undefined {
  return env[`${INPUT_PREFIX}${name.replaceAll(' ', '_').toUpperCase()}`]?.trim();
}

/** Names of the values that a step hands to its own post step. */
export const STATE = { session: 'session', restore: 'restore', key: 'key' } as const;
