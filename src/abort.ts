/** One listener for all who want to hear: Node walks through the listeners of a signal for each that comes. */
const hearers = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once when the signal aborts, at once where it has; the returned function ends that. */
export function onAbort(signal: AbortSignal, then: () => void): () => void {
  if (signal.aborted) {
    then();
    return () => undefined;
  }
  const all = hearers.get(signal) ?? hearersOf(signal);
  // Each is an entry of its own, even where the same function comes twice.
  const hearer = () => then();
  all.add(hearer);
  return () => all.delete(hearer);
}

function hearersOf(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  hearers.set(signal, all);
  const tell = () => {
    for (const hearer of all) hearer();
    all.clear();
  };
  signal.addEventListener('abort', tell, { once: true });
  return all;
}

/** The outcome of the work, or the signal's reason as soon as it aborts; the work itself goes on unheard. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const unhear = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(unhear);
  });
}
