/** Returns what is aborted by Ctrl-C, a hang-up or `kill`. The command line of tsx ends its child too early for that. */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  // Each time: one Ctrl-C comes from the terminal and again from npm, and what is to be removed still is then.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
  return stop.signal;
}
