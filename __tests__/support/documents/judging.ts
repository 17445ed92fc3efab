import type { FlyOptions } from '../../../emulator/fly.js';
import { faultsOf, type Parts } from '../../../interop/documents/judge.js';

/**
 * Returns options of an emulated Fly with which it adds to `faults` what it answers, or is asked, otherwise than Fly's own document
 * says, unless that is an intended difference. `requests` is false where the test itself writes requests, wrong ones among them.
 */
export function judging(
  options: FlyOptions,
  faults: string[],
  parts: Parts = { requests: true },
): FlyOptions {
  return {
    ...options,
    onExchange: (exchange) => {
      faults.push(...faultsOf(exchange, parts));
      options.onExchange?.(exchange);
    },
  };
}
