import type { AppMachine } from '../../commands/result/app-machine.js';

/** Made when it is first needed: that takes Node some milliseconds, and most steps sort nothing. */
let collator: Intl.Collator | undefined;

/** Compares machines by app, process group, region, name and id, for people; outputs have the order of apps and ids. */
export function byPlace(a: AppMachine, b: AppMachine): number {
  const others = placeOf(b);
  const orders = placeOf(a).map((key, at) => compare(key, others[at] ?? ''));
  return orders.find((order) => order !== 0) ?? 0;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}

function placeOf({ app, processGroup = '', region, name, id }: AppMachine): string[] {
  return [app, processGroup, region, name, id];
}
