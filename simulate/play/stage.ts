import type { Fly } from '../../emulator/fly.js';
import type { VirtualClock } from '../../emulator/virtual-clock.js';
import type { Dice } from '../../fuzz/dice.js';
import type { ProcessRun } from '../history/history.js';
import type { Network } from '../host/network.js';
import type { RunnerHost } from '../host/runner-host.js';
import type { Script } from '../script/script.js';

/** Events that are waited for by name, before or after they come. */
export class Milestones {
  readonly #known = new Map<string, { readonly reached: Promise<void>; readonly tell: () => void }>();

  /** Resolves as soon as somebody has told of it. */
  reached(name: string): Promise<void> {
    return this.#of(name).reached;
  }

  tell(name: string): void {
    this.#of(name).tell();
  }

  #of(name: string): { readonly reached: Promise<void>; readonly tell: () => void } {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    let tell = () => {};
    const reached = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const fresh = { reached, tell };
    this.#known.set(name, fresh);
    return fresh;
  }
}

/** World in which a script is played, and what is noted of it. */
export interface Stage {
  readonly script: Script;
  readonly clock: VirtualClock;
  readonly fly: Fly;
  readonly network: Network;
  /** Texts of the script's tokens by name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Runner of this name, the same for all jobs that name it. */
  runner(name: string): RunnerHost;
  /** Chance of its own for each name, so that what one draws moves no other. */
  diceOf(name: string): Dice;
  readonly runs: ProcessRun[];
  /** Ends of processes by their names. */
  readonly ends: Milestones;
}
