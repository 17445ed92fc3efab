/** Wish how long after it is up a machine is looked at once more, in milliseconds; 0: not at all. */
export type Settle = number | 'auto';

/** Time for `auto`, in milliseconds: most machines that crash at their start do so within it. */
const AUTO_MS = 5_000;

/** Facts about one machine that is up, by which `auto` goes. */
export interface SettleFacts {
  /** True where this step has started it. */
  readonly isOurs: boolean;
  /** True where more than its state has told that it is well: its checks, or a probe. */
  readonly isProven: boolean;
}

/** Pause before one more look. */
export interface Pause {
  readonly ms: number;
  /** True where somebody asked for just this time, so that less of it proves too little. */
  readonly isFirm: boolean;
}

/** Returns the pause for one machine. */
export function pauseFor(settle: Settle, { isOurs, isProven }: SettleFacts): Pause {
  if (settle !== 'auto') return { ms: settle, isFirm: true };
  return { ms: isOurs && !isProven ? AUTO_MS : 0, isFirm: false };
}

/** Returns the longest pause that any machine may have, in milliseconds. */
export function longestPause(settle: Settle): number {
  return settle === 'auto' ? AUTO_MS : settle;
}
