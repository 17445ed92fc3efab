import type { MachineResult } from '../../commands/result/result.js';

/** A machine's state as people see it before a step, and whether it is out of the proxy's rotation: `started, cordoned`. */
export function stateBefore({ machine }: Pick<MachineResult, 'machine'>): string {
  return textOf(machine.state, machine.cordoned);
}

/**
 * The same after the step. A machine that `cordon` or `uncordon` (or what puts their work back) has changed was read
 * back as what it wasn't before; no other command touches that.
 */
export function stateAfter({ machine, state, outcome }: MachineResult, command: string): string {
  const isTurned = outcome === 'changed' && /^(un)?cordon\b/.test(command);
  return textOf(state, machine.cordoned !== isTurned);
}

function textOf(state: string, cordoned: boolean): string {
  return cordoned ? `${state}, cordoned` : state;
}
