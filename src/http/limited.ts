import { type Clock, withTimeout } from '../clock.js';
import type { Transport } from './transport.js';

/** Returns the transport with a time limit of its own for each request: after `ms` it ends with a `timeout` error. */
export function limited(transport: Transport, clock: Clock, ms: number): Transport {
  return (request) =>
    withTimeout({ clock, signal: request.signal, ms }, (signal) => transport({ ...request, signal }));
}
