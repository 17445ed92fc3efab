import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import type { AppMachine } from '../result/app-machine.js';

/** Listener to the requests that go out to machines. */
export interface RequestListener {
  /** Reports the machine as it was read last, right before the first request to it. Throws where that must not go out. */
  sent?(machine: AppMachine): void;
  /** Reports that all requests to the machine have surely done nothing. */
  undone?(machine: MachineRef): void;
}

/** Marks of one request to one machine, which may take several attempts. */
export interface RequestMarks {
  /** Marks the machine right before an attempt, as it was read last. Throws what the listener throws. */
  readonly mark: (now: AppMachine) => void;
  /** Takes the mark back after an attempt that has surely done nothing; that of an earlier request stays. */
  readonly unmark: () => void;
}

/** Machines to which a request has gone out that Fly has not clearly refused. */
export class SentRequests {
  readonly #keys = new Set<string>();
  readonly #listener: RequestListener;

  constructor(listener: RequestListener = {}) {
    this.#listener = listener;
  }

  has(machine: MachineRef): boolean {
    return this.#keys.has(keyOf(machine));
  }

  delete(machine: MachineRef): void {
    if (this.#keys.delete(keyOf(machine))) this.#listener.undone?.(machine);
  }

  /** Returns the marks of a request that is about to be sent. */
  begin(machine: MachineRef): RequestMarks {
    const wasMarked = this.has(machine);
    return {
      mark: (now) => {
        if (this.has(machine)) return;
        this.#listener.sent?.(now);
        this.#keys.add(keyOf(machine));
      },
      unmark: () => {
        if (!wasMarked) this.delete(machine);
      },
    };
  }
}
