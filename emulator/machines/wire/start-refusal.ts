import { type Answer, json, refusal } from '../../http.js';
import type { Settings } from '../../settings.js';
import type { MachineState } from '../states.js';

/** Placeholder for the wording that the settings name. */
const CAPACITY = 'CAPACITY';

const QUOTA =
  'organization "my-org" is using 65536 MB of memory in fra which is over the allowed quota. Please contact billing@fly.io';

/** Status and body of each refusal, as seen from Fly; a text is the body's `error`. */
const REFUSALS = {
  /** The host is full. */
  'no-capacity': [409, CAPACITY],
  'no-capacity-402': [402, { error: CAPACITY, status: 'insufficient_capacity' }],
  'no-capacity-403': [403, { error: CAPACITY, status: 'insufficient_capacity' }],
  'no-capacity-412': [412, { error: CAPACITY, status: 'insufficient_capacity' }],
  'no-capacity-422': [422, { error: CAPACITY, status: 'insufficient_capacity' }],
  'no-capacity-503': [503, { error: CAPACITY, status: 'insufficient_capacity' }],
  'no-capacity-200': [200, { status: 'error', message: CAPACITY }],
  'volume-placement': [412, { error: CAPACITY, status: 'volume_placement_capacity' }],
  'over-quota': [403, QUOTA],
  'unpaid-402': [402, 'payment required: please add a payment method'],
  'unpaid-403': [403, 'We need your payment information to continue'],
  'unpaid-422': [422, 'please add a payment method to your organization'],
  'machine-limit': [422, { error: 'machine limit of the organization reached', status: 'unknown' }],
  'volume-in-use': [412, 'failed_precondition: volume vol_1 is already in use by another machine'],
  error: [200, { status: 'error', message: 'could not start the machine' }],
  'error-active': [
    200,
    { status: 'error', message: 'failed_precondition: machine still active, refusing to start' },
  ],
} as const satisfies Readonly<Record<string, readonly [number, string | Readonly<Record<string, string>>]>>;

/** Reason for which Fly refuses a start that the state of the machine allows. */
export type StartRefusal = keyof typeof REFUSALS;

/** Makes the answer to a start that a machine's behaviour refuses. A 200 also tells the state. */
export function startRefusalAnswer(
  { capacityText }: Settings,
  why: StartRefusal,
  state: MachineState,
): Answer {
  const [status, body] = REFUSALS[why];
  const worded = (text: string) => (text === CAPACITY ? capacityText : text);
  if (typeof body === 'string') return refusal(status, worded(body));
  const fields = Object.entries(body).map(([name, text]) => [name, worded(text)]);
  const previous = status === 200 ? { previous_state: state } : {};
  return json(status, { ...Object.fromEntries(fields), ...previous });
}
