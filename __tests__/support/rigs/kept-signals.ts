import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Numbers of signals: those that some work made, and those that are still there once it is over. */
export interface SignalCount {
  readonly made: number;
  readonly kept: number;
}

/** Counts the signals of some work, after all is collected that nobody refers to. */
export async function signalsOf(work: () => Promise<void> | void): Promise<SignalCount> {
  const made: WeakRef<AbortSignal>[] = [];
  const keep = (signal: AbortSignal) => {
    made.push(new WeakRef(signal));
    return signal;
  };
  const { AbortController: Original } = globalThis;
  const any = AbortSignal.any.bind(AbortSignal);
  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      keep(this.signal);
    }
  };
  AbortSignal.any = (signals) => keep(any(signals));
  try {
    await work();
  } finally {
    globalThis.AbortController = Original;
    AbortSignal.any = any;
  }
  await collectAll();
  return { made: made.length, kept: made.filter((it) => it.deref() !== undefined).length };
}

async function collectAll(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  for (let round = 0; round < 3; round += 1) {
    // A weak reference keeps what it was made for until this turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}
