import type { AppMachine } from '../../commands/result/app-machine.js';

/** Names of the kind that Fly makes; a run of digits in one is short enough for {@link keyOf}. */
const PLAIN = /^[a-z0-9-]{0,48}$/;

/** Made when it is first needed: that takes Node as long as a third of a step's start. */
let collator: Intl.Collator | undefined;

/** Compares machines by app, process group, region, name and id, for people; outputs have the order of apps and ids. */
export function byPlace(a: AppMachine, b: AppMachine): number {
  const others = placeOf(b);
  const orders = placeOf(a).map((key, at) => compareNames(key, others[at] ?? ''));
  return orders.find((order) => order !== 0) ?? 0;
}

/** Compares names as people do: `worker-9` is before `worker-10`. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  if (PLAIN.test(a) && PLAIN.test(b)) return byCodes(keyOf(a), keyOf(b));
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}

function byCodes(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Returns a text that sorts by its codes as a plain name does by its numbers: each stands behind its length, as a character between `-` and `a`. */
function keyOf(name: string): string {
  return name.replace(/0*(\d+)/g, (_, digits: string) => String.fromCharCode(0x2f + digits.length) + digits);
}

function placeOf({ app, processGroup = '', region, name, id }: AppMachine): string[] {
  return [app, processGroup, region, name, id];
}
