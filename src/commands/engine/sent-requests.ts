import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { hasDoneNothing } from '../../machines/fate.js';
import type { AppMachine } from '../result/app-machine.js';

/** Runs right before each attempt of a request, and may end it by throwing. */
export type Before = (signal: AbortSignal) => Promise<void>;

/** Who is told of machines that requests go out to. */
export interface RequestListener {
  /** Right before the first request to a machine, as it was read last. Throws where it is not to go out. */
  sent?(machine: AppMachine): void;
  /** All that went out to it has surely done nothing. */
  undone?(machine: MachineRef): void;
}

/** Machines that a request was sent to which Fly hasn't clearly refused. */
export class SentRequests {
  readonly #keys = new Set<string>();
  readonly #told: RequestListener;

  constructor(told: RequestListener = {}) {
    this.#told = told;
  }

  has(machine: MachineRef): boolean {
    return this.#keys.has(keyOf(machine));
  }

  delete(machine: MachineRef): void {
    if (this.#keys.delete(keyOf(machine))) this.#told.undone?.(machine);
  }

  /**
   * Sends to a machine by what is given, which makes another attempt only where the one before has done nothing. `look` runs
   * right before each and tells the machine as it was read last.
   */
  async watch(
    machine: MachineRef,
    look: (signal: AbortSignal) => Promise<AppMachine>,
    send: (watched: { readonly before: Before; readonly undone: () => void }) => Promise<void>,
  ): Promise<void> {
    const wasTouched = this.has(machine);
    const undone = () => {
      if (!wasTouched) this.delete(machine);
    };
    const before = async (signal: AbortSignal) => {
      undone();
      const now = await look(signal);
      if (this.has(machine)) return;
      this.#told.sent?.(now);
      this.#keys.add(keyOf(machine));
    };
    try {
      await send({ before, undone });
    } catch (error) {
      if (hasDoneNothing(error)) undone();
      throw error;
    }
  }
}
