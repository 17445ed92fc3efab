import type { Check } from '../../checks/check.js';
import { inputOf } from './step-facts.js';

/** Looks at each dry run: whether it sent anything that changes something. */
export const dryRuns: Check = {
  name: 'dry runs write nothing',
  promise: 'A step with `dry-run` sends nothing that changes a machine, its metadata included.',
  look(view, report) {
    for (const run of view.history.runs) {
      if (inputOf(run, 'dry-run') !== 'true') continue;
      report.seen();
      for (const { changes, kind, machine, exchange } of view.sentBy(run))
        if (changes) report.found(`sent ${kind}`, { run: run.id, machine, time: exchange.at });
    }
  },
};
