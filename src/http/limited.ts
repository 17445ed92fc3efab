import { type Clock, withTimeout } from '../clock.js';
import { ActionError } from '../errors.js';
import { formatDuration } from '../text.js';
import type { Transport } from './transport.js';

/** Returns the transport with a time limit of its own for each request: after `ms` it ends with a `timeout` error. */
export function limited(transport: Transport, clock: Clock, ms: number): Transport {
  const late = () => new ActionError('timeout', `no answer within ${formatDuration(ms)}`);
  return (request) =>
    withTimeout({ clock, signal: request.signal, ms, late }, (signal) => transport({ ...request, signal }));
}
