import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Connections that are passed on to ports of this machine. */
export interface Bridges {
  /** Passes all that comes to a port of 127.0.0.1, and back, until either side ends. */
  to(port: number, from: Duplex): void;
  /** Ends those that are open. */
  close(): void;
}

/** Creates a set of bridges that are closed together. */
export function createBridges(): Bridges {
  const open = new Set<Duplex>();
  const pass = (from: Duplex, to: Duplex) => {
    open.add(from);
    // Whatever ends one of the two ends the other.
    from
      .on('error', () => from.destroy())
      .once('close', () => {
        open.delete(from);
        to.destroy();
      });
    from.pipe(to);
  };
  return {
    to: (port, from) => {
      const other = connect(port, '127.0.0.1');
      pass(from, other);
      pass(other, from);
    },
    close: () => {
      for (const it of open) it.destroy();
    },
  };
}
