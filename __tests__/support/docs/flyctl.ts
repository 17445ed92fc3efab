/**
 * Commands of Fly's CLI that we send people to, and those of their flags that we name. (superfly/flyctl v0.4.74:
 * internal/command)
 */
const COMMANDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['apps list', []],
  ['apps restart', []],
  ['auth token', []],
  ['checks list', ['-a']],
  ['deploy', ['--remote-only']],
  ['launch', []],
  ['logs', ['-a']],
  ['machine clone', []],
  ['machine cordon', []],
  ['machine destroy', []],
  ['machine exec', []],
  ['machine list', ['-a']],
  ['machine restart', []],
  ['machine run', []],
  ['machine start', []],
  ['machine status', ['-d']],
  ['machine stop', ['-a', '--wait-timeout']],
  ['machine suspend', []],
  ['machine uncordon', []],
  ['machine update', ['--metadata']],
  ['machine wait', []],
  ['orgs list', []],
  ['postgres', []],
  ['scale count', ['-a']],
  ['tokens 3p add', ['--location']],
  ['tokens attenuate', ['-f']],
  ['tokens create', []],
  ['tokens create deploy', ['-a', '-x']],
  ['tokens create machine-exec', ['-a', '-x']],
  ['tokens create org', ['-o', '-x']],
  ['tokens create readonly', ['-o', '-x']],
  ['tokens create ssh', []],
  ['tokens debug', []],
  ['tokens list', ['-a']],
  ['tokens revoke', []],
  ['volumes list', ['-a']],
]);
const GROUPS = new Set([...COMMANDS.keys()].map((name) => name.split(' ')[0]));

/** Returns the command lines of a text that call Fly's CLI by `fly` or `flyctl`. */
export function flyLines(text: string): string[] {
  return [...text.matchAll(/(?<![\w/.-])fly(?:ctl)? ([a-z][\w-]*)\b(?! \$)[^`|\n#';,$\\]*/g)].flatMap(
    ([line, group = '']) => (GROUPS.has(group) ? [line.trim()] : []),
  );
}

/** Returns what Fly's CLI would not know of a line: its command, or one of its flags. */
export function strangeIn(line: string): string[] {
  const words = line.split(/\s+/).slice(1);
  const name = [3, 2, 1].map((length) => words.slice(0, length).join(' ')).find((it) => COMMANDS.has(it));
  if (name === undefined) return [line];
  const flags = words.filter((word) => /^--?[a-z]/.test(word));
  return flags.filter((flag) => !COMMANDS.get(name)?.includes(flag)).map((flag) => `${name} ${flag}`);
}
