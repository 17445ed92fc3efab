import type { FlyRequest } from '../../emulator/http.js';
import type { Dice } from '../../fuzz/dice.js';
import type { MetByRequest } from '../history/history.js';
import type { MetFault } from '../host/network.js';
import type { Script } from '../script/script.js';
import { FAULTS, type FaultRow } from '../weather/faults.js';

/** Returns a function that draws for each request the fault that it meets, by the weather of the moment. */
export function faultFinder(
  { weather, start }: Pick<Script, 'weather' | 'start'>,
  {
    now,
    dice,
    onMet,
  }: {
    readonly now: () => number;
    readonly dice: Dice;
    readonly onMet: (met: MetByRequest) => void;
  },
): (request: FlyRequest) => MetFault | undefined {
  const isRenewed = renewals();
  return (request) => {
    const at = now() - start;
    for (const { fault, from, until, rate, app } of weather) {
      if (at < from || at >= until) continue;
      if (app !== undefined && !request.path.startsWith(`/v1/apps/${app}`)) continue;
      const row: FaultRow = FAULTS[fault];
      if (!row.meets(request) || (row.untilRenewed && isRenewed(request)) || !dice.chance(rate)) continue;
      onMet({ at: now(), by: request.by ?? '', fault });
      return row.rule;
    }
    return undefined;
  };
}

/** Returns a function that says whether a request is authorized otherwise than the first of its process that was asked about. */
function renewals(): (request: FlyRequest) => boolean {
  const first = new Map<string, string>();
  return ({ by = '', headers }) => {
    const header = headers['authorization'] ?? '';
    const known = first.get(by) ?? header;
    first.set(by, known);
    return header !== known;
  };
}
