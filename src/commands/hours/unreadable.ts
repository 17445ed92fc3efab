import { enumerated, excerpt } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { HoursVerdict } from './verdict.js';

const MOST_TEXTS = 10;

/** Machines with the same text. */
interface Group {
  readonly why: string;
  readonly machines: string[];
}

/** Warns of hours that can't be read: one warning for all, with a line for each text that says why and which machines have it. */
export function unreadableHours(verdicts: Iterable<readonly [AppMachine, HoursVerdict]>): string[] {
  const byText = new Map<string, Group>();
  for (const [{ id, app }, { unreadable }] of verdicts) {
    if (unreadable === undefined) continue;
    const { text, why } = unreadable;
    const group: Group = byText.get(text) ?? { why, machines: [] };
    byText.set(text, group);
    group.machines.push(`${id} in ${app}`);
  }
  if (byText.size === 0) return [];
  const lines = [...byText].map(
    ([text, { why, machines }]) => `"${excerpt(text)}" of ${enumerated(machines)}: ${why}`,
  );
  const more = lines.length - MOST_TEXTS;
  return [
    [
      "Machines whose hours can't be read are left alone:",
      ...lines.slice(0, MOST_TEXTS),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('\n'),
  ];
}
