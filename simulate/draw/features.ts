import type { Dice } from '../../fuzz/dice.js';

/** Chance of each feature in a script that isn't calm. */
const CHANCES = {
  /** Somebody else works on the fleet: people, the proxy, deploys, the machines themselves. */
  others: 0.6,
  weather: 0.6,
  /** Third parties or Fly change their ways for a while. */
  moods: 0.3,
  /** Clocks of runners are wrong or jump. */
  clocks: 0.2,
  /** RUNNER_TEMP is emptied or full, or files of the runner can't be written. */
  disks: 0.12,
  cancels: 0.25,
  /** Processes die without a word, or the whole runner is lost. */
  deaths: 0.16,
  /** Reads are older than the newest change. */
  stale: 0.15,
  slow: 0.4,
} as const;

/** Chance of each feature in any script. */
const CHANCES_OF_ANY = {
  /** Fly gives answers other than the likeliest, where its true one isn't known. */
  answers: 0.5,
  /** Machines and their hosts misbehave. */
  behaviours: 0.5,
  /** Machines have traits such as services, checks, or being somebody's standby. */
  traits: 0.6,
  /** Machines are in states other than started, stopped and suspended. */
  oddStates: 0.35,
  hostileNames: 0.12,
  bigFleet: 0.04,
  manyApps: 0.35,
  severalJobs: 0.45,
  twoRunners: 0.4,
  /** Steps share the session of an `auth`. */
  sessions: 0.65,
  organizations: 0.15,
  leases: 0.35,
  holds: 0.3,
  restores: 0.6,
  /** Commands that choose by themselves: `stop-idle` and `warm-up`. */
  choosing: 0.5,
  exec: 0.3,
  /** Pauses in which discharges end. */
  longPauses: 0.35,
  limits: 0.3,
  filters: 0.5,
  /** Inputs that are wrong, or contradict each other. */
  mistakes: 0.08,
  dryRuns: 0.15,
  tokens: 0.25,
  ownThirdParty: 0.2,
  /** Fleets with several machines to a group, most of them up, which are restarted a few at a time. */
  rolling: 0.16,
} as const;

type Name = keyof typeof CHANCES | keyof typeof CHANCES_OF_ANY;

/** Features that one script has: each script lacks most, so that their combinations differ from script to script. */
export type Features = Readonly<Record<Name | 'calm', boolean>>;

/** Draws the features of a script. A quarter of all are calm: without weather, others and accidents, so that exact models can judge them. */
export function drawFeatures(dice: Dice): Features {
  const calm = dice.chance(0.25);
  const on = (chances: Readonly<Record<string, number>>, never: boolean) =>
    Object.entries(chances).map(([name, chance]) => {
      // Is drawn in any case: a feature more or less must not move the others.
      const drawn = dice.chance(chance);
      return [name, drawn && !never] as const;
    });
  // The cast is safe: the names are those of the two tables.
  return Object.fromEntries([['calm', calm], ...on(CHANCES, calm), ...on(CHANCES_OF_ANY, false)]) as Features;
}
