import type { Selector } from '../../commands/selection/selector.js';
import type { Inputs } from './table.js';

/** Returns the selector of machines that a step's inputs give. */
export function selectorOf(inputs: Inputs): Selector {
  const { machines, region, state, metadata, marked, exclude } = inputs;
  const processGroup = inputs['process-group'];
  const allowEmpty = inputs['allow-empty'];
  return { machines, region, processGroup, state, metadata, marked, exclude, allowEmpty };
}
