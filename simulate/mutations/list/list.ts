import type { Mutation } from '../mutation.js';
import { CHOICE } from './choice.js';
import { HOLDS_AND_LEASES } from './holds-and-leases.js';
import { IDLE_AND_WARM } from './idle-and-warm.js';
import { RESTORES } from './restores.js';
import { ROLLING } from './rolling.js';
import { SCHEDULE } from './schedule.js';
import { SECRETS_AND_RIGHTS } from './secrets-and-rights.js';
import { SENDING } from './sending.js';
import { SETTLING } from './settling.js';
import { TIME } from './time.js';
import { TRUTH } from './truth.js';

/** Mistakes that the simulation has to find, each within 2,000 jobs or a few fortnights. */
export const MUTATIONS: readonly Mutation[] = [
  ...RESTORES,
  ...HOLDS_AND_LEASES,
  ...SENDING,
  ...TIME,
  ...TRUTH,
  ...CHOICE,
  ...IDLE_AND_WARM,
  ...ROLLING,
  ...SETTLING,
  ...SCHEDULE,
  ...SECRETS_AND_RIGHTS,
];
