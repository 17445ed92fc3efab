import type { FaultRule } from '../../../emulator/faults.js';

/** Fault by which an app counts no machine, as it does once its last one is gone: only then an empty list tells so. */
export const COUNTS_NONE: FaultRule = {
  path: /apps\/[^/]+$/,
  fault: { status: 200, body: { machine_count: 0 } },
};
