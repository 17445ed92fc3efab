import type { Approval } from '../../discharge/third-party/approval.js';
import { ActionError } from '../../errors.js';
import type { Log } from '../runner/log.js';
import type { Runner } from '../runner/runner.js';
import { safeMarkdown } from '../runner/safe-text.js';
import { writeSummary } from '../runner/write-summary.js';

/**
 * Shows the URL where a person approves a discharge: in the log, which is what people see while the step runs, as an
 * annotation, and in the summary, which GitHub shows once the step is over. The summary is written at once, so that it
 * is there however the step ends.
 */
export function personAsker(log: Log, runner: Pick<Runner, 'appendSummary'>): Approval['ask'] {
  return ({ href, host }, location) => {
    log.notice(
      `${location} wants a person to approve this job's access. Open ${href} and check first that ${host} is where you expect to log in. If the step can't go on without the approval, it waits for it until its \`timeout\`.`,
      'fly: approval needed',
    );
    // In angle brackets, a backslash alone has a meaning.
    const link = `[${safeMarkdown(href)}](<${href.replaceAll('\\', '%5C')}>)`;
    writeSummary(`👤 ${safeMarkdown(location)} wanted a person to approve: ${link}\n\n`, { log, runner });
  };
}

/** Throws in place of asking a person, since nobody can come in time for a post step. */
export const noPerson: Approval['ask'] = (_, location) => {
  throw new ActionError(
    'third party refused',
    `${location} wants a person to approve, and at the job's end no person is asked`,
    { hint: 'Let its discharges last longer than the job, so that the one at hand still holds.' },
  );
};
