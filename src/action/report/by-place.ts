import type { AppMachine } from '../../commands/result/app-machine.js';

const { compare } = new Intl.Collator('en', { numeric: true });

/** Compares machines by app, process group, region, name and id, for people; outputs have the order of apps and ids. */
export function byPlace(a: AppMachine, b: AppMachine): number {
  const others = placeOf(b);
  const orders = placeOf(a).map((key, at) => compare(key, others[at] ?? ''));
  return orders.find((order) => order !== 0) ?? 0;
}

function placeOf({ app, processGroup = '', region, name, id }: AppMachine): string[] {
  return [app, processGroup, region, name, id];
}
