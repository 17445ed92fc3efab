import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import { withoutHeader } from '../known-secrets.js';
import { excerpt } from '../text.js';
import type { Transport } from './transport.js';

/**
 * Returns the transport with a line about each request, such as
 * `GET https://api.machines.dev/v1/apps/my-app/machines 200, 84 ms, request 01J…, attempt 1`. A path, and what the answer's
 * headers say, is told only of requests that count their attempts; others may hold a ticket in their address, or be one
 * by themselves. A query is never told.
 */
export function toldRequests(transport: Transport, clock: Clock, tell: (line: string) => void): Transport {
  return async (request) => {
    const { method, url, headers, attempt } = request;
    const begun = clock.now();
    const hidden = (text: string) => excerpt(Object.values(headers).reduce(withoutHeader, text));
    const path = attempt === undefined ? '/…' : hidden(url.pathname);
    const end = (how: string, id = '') =>
      tell(
        [
          `${method} ${url.origin}${path} ${how}`,
          `${clock.now() - begun} ms`,
          ...(id === '' ? [] : [`request ${hidden(id)}`]),
          ...(attempt === undefined ? [] : [`attempt ${attempt}`]),
        ].join(', '),
      );
    try {
      const response = await transport(request);
      end(String(response.status), attempt === undefined ? '' : response.headers['fly-request-id']);
      return response;
    } catch (error) {
      end(error instanceof ActionError ? error.class : 'failed');
      throw error;
    }
  };
}
