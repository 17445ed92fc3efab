import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A set of connections that are passed on to ports of this computer. */
export interface Bridges {
  /** Connects a stream with a port of 127.0.0.1, in both directions, until either side ends. */
  to(port: number, from: Duplex): void;
  /** Ends the open connections. */
  close(): void;
}

/** Creates a set of bridges that close together. */
export function createBridges(): Bridges {
  const open = new Set<Duplex>();
  const pass = (from: Duplex, to: Duplex) => {
    open.add(from);
    // The end of either side ends the other.
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
