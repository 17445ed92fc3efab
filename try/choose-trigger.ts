import type { Trigger } from '../interop/workflows/act.js';
import { triggerName, triggersOf } from '../interop/workflows/recipes/triggers.js';
import { unique } from './workflow.js';

/** What a person said of the trigger. */
export interface TriggerWish {
  readonly event: string | undefined;
  readonly cron: string | undefined;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Chooses what sets a workflow off: what was asked for, else its first event. Throws for what doesn't set it off. */
export function chooseTrigger(text: string, { event, cron, inputs }: TriggerWish): Trigger {
  const all = triggersOf(text);
  const hasInputs = Object.keys(inputs).length > 0;
  const wanted =
    event ?? (cron === undefined ? undefined : 'schedule') ?? (hasInputs ? 'workflow_dispatch' : undefined);
  const found = all.find(
    (it) =>
      (wanted === undefined || it.event === wanted) &&
      (cron === undefined || it.payload?.['schedule'] === cron),
  );
  if (found === undefined)
    throw new Error(
      `${[wanted, cron].join(' ').trim()} doesn't set this workflow off; it runs on ${unique(all.map(withoutInputs)).join(', ')}`,
    );
  if (hasInputs && found.event !== 'workflow_dispatch')
    throw new Error(`--input is for workflow_dispatch, not for ${found.event}`);
  return { ...found, inputs };
}

function withoutInputs({ inputs: _, ...trigger }: Trigger): string {
  return triggerName(trigger);
}
