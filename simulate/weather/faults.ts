import type { FaultRule } from '../../emulator/faults.js';
import type { FlyRequest } from '../../emulator/http.js';

/** Row of the table of faults: which requests it can meet, and what becomes of them. */
export interface FaultRow {
  readonly meets: (request: FlyRequest) => boolean;
  readonly rule: Pick<FaultRule, 'fault' | 'afterEffect'>;
}

const isMachinesApi = ({ path }: FlyRequest) => path.startsWith('/v1/');

/** Faults of the network, of Fly and of what lies between, by name. */
export const FAULTS = {
  'reset before': { meets: () => true, rule: { fault: 'reset' } },
  'reset after': { meets: () => true, rule: { fault: 'reset', afterEffect: true } },
  'too many requests': {
    meets: isMachinesApi,
    rule: { fault: { status: 429, body: { error: 'rate limit exceeded' } } },
  },
} as const satisfies Readonly<Record<string, FaultRow>>;

/** Name of a fault. */
export type FaultName = keyof typeof FAULTS;
