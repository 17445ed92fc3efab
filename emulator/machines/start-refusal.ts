import { type Answer, json, refusal } from '../http.js';
import type { Settings } from '../settings.js';
import type { Machine } from './machine.js';

/**
 * Why a machine that could be started isn't: `no-capacity`: its host is full (409, or the status that is named),
 * `machine-limit`: of its organization (422), `volume-in-use`: 412, `error`: 200 with status "error".
 */
export type StartRefusal =
  | 'no-capacity'
  | 'no-capacity-412'
  | 'no-capacity-422'
  | 'machine-limit'
  | 'volume-in-use'
  | 'error';

/** The answer to a start that is refused by what the machine's behaviour says; undefined when it may go on. */
export function startRefusal({ capacityText }: Settings, { state, behaviour }: Machine): Answer | undefined {
  const { start } = behaviour;
  if (start === undefined) return undefined;
  switch (start) {
    case 'no-capacity':
      return refusal(409, capacityText);
    case 'no-capacity-412':
      return json(412, { error: capacityText, status: 'insufficient_capacity' });
    case 'no-capacity-422':
      return json(422, { error: capacityText, status: 'insufficient_capacity' });
    case 'machine-limit':
      return json(422, { error: 'machine limit of the organization reached', status: 'unknown' });
    case 'volume-in-use':
      return refusal(412, 'failed_precondition: volume vol_1 is already in use by another machine');
    case 'error':
      return json(200, { status: 'error', message: 'could not start the machine', previous_state: state });
  }
}
