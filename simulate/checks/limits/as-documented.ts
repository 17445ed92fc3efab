import { faultsOf } from '../../../interop/documents/judge.js';
import type { Check } from '../check.js';

/** Looks at all that went out and came back, by the documents of those who own the interfaces: Fly and Prometheus. */
export const asDocumented: Check = {
  name: 'as documented',
  promise:
    "What a step sends to the Machines API, and what the emulated Fly answers, is as Fly's OpenAPI document says but for intended differences; each query that Fly takes is one by Prometheus' grammar.",
  look({ history }, report) {
    for (const exchange of history.exchanges) {
      if (exchange.answer !== undefined) report.seen();
      const { by } = exchange.request;
      for (const what of faultsOf(exchange, { requests: true })) {
        report.found(what, { time: exchange.at, ...(by !== undefined && { run: by }) });
      }
    }
  },
};
