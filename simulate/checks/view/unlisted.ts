import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';

/** Returns whether every list of an app came to nothing. */
export function isUnlisted(view: View, run: ProcessRun, app: string): boolean {
  const lists = view.sentBy(run).filter((it) => it.kind === 'list' && it.app === app);
  return (
    lists.length > 0 && lists.every(({ exchange: { reply } }) => 'fault' in reply || reply.status >= 400)
  );
}
