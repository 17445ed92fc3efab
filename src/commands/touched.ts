import type { MachineRef } from '../machines/client.js';
import { hasDoneNothing } from '../machines/fate.js';
import { keyOf } from './restore-record.js';

/** Runs right before each attempt of a request, and may end it by throwing. */
export type Before = (signal: AbortSignal) => Promise<void>;

/** Machines that a request was sent to which Fly hasn't clearly refused. */
export class Touched {
  readonly #keys = new Set<string>();
  readonly #told: () => void;

  /** `told` is called whenever a request goes out. */
  constructor(told: () => void = () => undefined) {
    this.#told = told;
  }

  has(machine: MachineRef): boolean {
    return this.#keys.has(keyOf(machine));
  }

  delete(machine: MachineRef): void {
    this.#keys.delete(keyOf(machine));
  }

  /** Sends to a machine by what is given, which makes another attempt only where the one before has done nothing. */
  async watch(machine: MachineRef, look: Before, send: (before: Before) => Promise<void>): Promise<void> {
    const wasTouched = this.has(machine);
    const undo = () => {
      if (!wasTouched) this.delete(machine);
    };
    try {
      await send(async (signal) => {
        undo();
        await look(signal);
        this.#keys.add(keyOf(machine));
        this.#told();
      });
    } catch (error) {
      if (hasDoneNothing(error)) undo();
      throw error;
    }
  }
}
