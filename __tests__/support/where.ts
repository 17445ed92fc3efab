import { spawnSync } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Something that tests need and a system may lack. */
export interface Facility {
  readonly isHere: () => boolean;
  /** What is missing where it is not here; the run counts by it what was skipped. */
  readonly lack: string;
}

const onWindows = process.platform === 'win32';
const hasModes = process.getuid !== undefined;
const isRoot = process.getuid?.() === 0;
const answers = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

/** Mode of a file that is its user's alone; Windows knows only what may be written from what may not. */
export const PRIVATE_MODE = hasModes ? 0o600 : 0o666;

/** Modes and owners of files. */
export const FILE_MODES: Facility = { isHere: () => hasModes, lack: 'files have no modes' };
/** Links that can be made, and that an open file is told from. */
export const LINKS: Facility = {
  isHere: () => constants.O_NOFOLLOW !== undefined,
  lack: 'links are followed, if they can be made',
};
/** Pipes that stand in a folder under a name. */
export const NAMED_PIPES: Facility = { isHere: () => !onWindows, lack: 'folders hold no pipes' };
/** A user who may give files away. */
export const ROOT: Facility = { isHere: () => isRoot, lack: 'only root gives files away' };
/** Programs that are scripts with a first line that says by what they run. */
export const SCRIPTS: Facility = { isHere: () => !onWindows, lack: 'no script is a program' };
/** Signals that a process can answer. */
export const SIGNALS: Facility = { isHere: () => !onWindows, lack: 'any signal ends a process at once' };
/** An environment whose size is limited as a whole. */
export const FULL_ENVIRONMENT: Facility = {
  isHere: () => !onWindows,
  lack: 'an environment may be of any size',
};
/** A device that is always full. */
export const FULL_DISK: Facility = {
  isHere: () => existsSync('/dev/full'),
  lack: 'no device is always full',
};
/** Bash with the paths that Node has. On Windows the name starts WSL, or Git's, and either has paths of its own. */
export const BASH: Facility = {
  isHere: () => !onWindows && answers('bash', '-c', 'true'),
  lack: 'no bash with the paths of Node',
};
/** The jq that the docs' questions are for. */
export const JQ: Facility = { isHere: () => answers('jq', '--version'), lack: 'no jq' };
/** The openssl that makes certificates. */
export const OPENSSL: Facility = { isHere: () => answers('openssl', 'version'), lack: 'no openssl' };
/** The interface of this computer to itself by IPv6. */
export const IPV6: Facility = {
  isHere: () =>
    Object.values(networkInterfaces()).some((them) => them?.some(({ address }) => address === '::1')),
  lack: 'no IPv6',
};

/** A way to declare a test, or a table of them. */
interface Declare {
  (title: string, test: jest.ProvidesCallback, timeout?: number): void;
  readonly each: jest.Each;
}

/** Returns `it` where all of these are here; else one that skips, and whose titles say why. */
export function itWhere(...needs: readonly Facility[]): Declare {
  const lack = lackOf(needs);
  if (lack === undefined) return it;
  const each = (rows: readonly unknown[]) => (title: string) =>
    it.skip.each(rows)(titled(title, lack), () => undefined);
  // The cast is safe: a table that is skipped names its rows and never hands them to a test.
  return Object.assign(skipping(it.skip, lack), { each: each as jest.Each });
}

/** Returns a way to declare a test for each row of a table; a row whose need isn't here is skipped, and its title says why. */
export function itEachWhere<R extends { readonly needs?: Facility }>(
  rows: readonly R[],
): (title: string, test: (row: R) => unknown, timeout?: number) => void {
  return (title, test, timeout) => {
    for (const needs of new Set(rows.map((row) => row.needs))) {
      const alike = rows.filter((row) => row.needs === needs);
      itWhere(...(needs === undefined ? [] : [needs])).each(alike)(title, test, timeout);
    }
  };
}

/** Returns `describe` where all of these are here; else one that skips, and whose titles say why. */
export function describeWhere(...needs: readonly Facility[]): (title: string, tests: () => void) => void {
  const lack = lackOf(needs);
  return lack === undefined ? describe : skipping(describe.skip, lack);
}

function lackOf(needs: readonly Facility[]): string | undefined {
  return needs.find(({ isHere }) => !isHere())?.lack;
}

function skipping<T>(skip: (title: string, test: T) => void, lack: string) {
  return (title: string, test: T) => skip(titled(title, lack), test);
}

/** Returns a title by which `scripts/jest.ts` counts what was skipped. */
function titled(title: string, lack: string): string {
  return `${title} (not here: ${lack})`;
}
