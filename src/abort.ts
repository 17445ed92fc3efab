/** Listeners by signal, which itself has one listener for them all: Node walks through a signal's listeners for each new one. */
const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once when the signal aborts, at once where it has; the returned function ends that. */
export function onAbort(signal: AbortSignal, then: () => void): () => void {
  if (signal.aborted) {
    then();
    return () => undefined;
  }
  const all = listeners.get(signal) ?? listenersOf(signal);
  // Each is an entry of its own, even where the same function comes twice.
  const listener = () => then();
  all.add(listener);
  return () => all.delete(listener);
}

function listenersOf(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  listeners.set(signal, all);
  const tell = () => {
    for (const listener of all) listener();
    all.clear();
  };
  signal.addEventListener('abort', tell, { once: true });
  return all;
}

/**
 * Aborts a controller as soon as the signal aborts, with its reason; the returned function ends that. So whatever hears of the
 * controller may be forgotten: Node keeps a signal of `AbortSignal.any` that has a listener until it aborts.
 */
export function passOn(signal: AbortSignal, controller: AbortController): () => void {
  return onAbort(signal, () => controller.abort(signal.reason));
}

/** Reason that ends a pause which nobody waits for any more; one for all, since an error with a stack takes long to make. */
export const OVER = new Error('over');

/** Settles as the work does, or with the signal's reason as soon as it aborts; the work itself goes on unheard. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const unsubscribe = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(unsubscribe);
  });
}
