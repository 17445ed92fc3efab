import type { Fly } from '../../emulator/fly.js';
import type { VirtualClock } from '../../emulator/virtual-clock.js';
import type { Dice } from '../../fuzz/dice.js';
import type { ProcessRun } from '../history/history.js';
import type { Network } from '../host/network.js';
import type { RunnerHost } from '../host/runner-host.js';
import type { Script } from '../script/script.js';

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
}
