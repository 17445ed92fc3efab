import { IN_BETWEEN } from '../../machines/api/refusal-table.js';
import type { AppMachine } from '../result/app-machine.js';
import { select } from './selection.js';
import type { Selector } from './selector.js';

/**
 * Why a machine that was chosen when it was listed isn't any more, by how it was read since; undefined where it still is. A
 * state that passes by itself speaks neither for it nor against it.
 */
export function notChosenNow(now: AppMachine, selector: Selector): string | undefined {
  const chosen = (by: Selector) => select([now], { ...by, allowEmpty: true })[0];
  const found = chosen({ ...selector, state: undefined });
  if (found === undefined) return 'the filters do not choose it any more: it was changed meanwhile';
  if (found.excluded !== undefined) return found.excluded;
  if (IN_BETWEEN.has(now.state) && now.state !== 'created') return undefined;
  return chosen(selector) === undefined
    ? `became ${now.state} meanwhile, which \`state\` does not choose`
    : undefined;
}
