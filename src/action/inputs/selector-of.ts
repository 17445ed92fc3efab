import type { Selector } from '../../commands/selection/selector.js';
import type { Inputs } from './table.js';

/** Returns the selector of machines that a step's inputs give. */
export function selectorOf(inputs: Inputs): Selector {
  const { machines, region, state, metadata, exclude } = inputs;
  const processGroup = inputs['process-group'];
  return { machines, region, processGroup, state, metadata, exclude, allowEmpty: inputs['allow-empty'] };
}
