import type { GivenSettings } from '../../../emulator/settings.js';
import { Dice } from '../../../fuzz/dice.js';
import { OUR_ORG } from '../../draw/fleet.js';
import type { Script } from '../../script/script.js';
import { drawCrons } from './draw-crons.js';
import { drawOrganization } from './draw-organization.js';
import { drawPeople } from './draw-people.js';
import { drawBadWeather } from './draw-trouble.js';

/** Mondays from which two weeks are played; after some of them clocks are changed in the zones of the hours. */
const STARTS = [
  Date.UTC(2026, 0, 5),
  Date.UTC(2026, 2, 2),
  Date.UTC(2026, 2, 23),
  Date.UTC(2026, 5, 8),
  Date.UTC(2026, 8, 28),
  Date.UTC(2026, 9, 19),
  Date.UTC(2026, 11, 21),
] as const;

/** Draws two weeks of an organization. The same seed and number make the same script. */
export function drawFortnight(seed: number, number: number): Script {
  const diceOf = (part: string) => new Dice('fortnight', seed, number, part);
  const start = diceOf('start').pick(STARTS);
  const organization = drawOrganization(diceOf('organization'), start);
  const { apps } = organization;
  const jobs = drawCrons(diceOf('crons'), organization);
  return {
    start,
    seed: diceOf('seed').below(2 ** 31),
    settings: drawAnswers(diceOf('settings')),
    apps: apps.map(({ kind: _, ...app }) => app),
    tokens: {
      org: { org: OUR_ORG, thirdParty: false },
      // May control machines, and write no metadata where that needs `w`.
      weak: { org: OUR_ORG, actions: 'rC', thirdParty: false },
    },
    jobs,
    others: drawPeople(diceOf('people'), organization, jobs),
    weather: drawBadWeather(diceOf('weather'), jobs),
    moods: [],
  };
}

/** Returns the first days of two weeks: what begins later doesn't happen. */
export function firstDays(script: Script, days: number): Script {
  const end = days * 86_400_000;
  return {
    ...script,
    jobs: script.jobs.filter(({ startsAt }) => startsAt < end),
    others: script.others.filter(({ at }) => at < end),
  };
}

function drawAnswers(dice: Dice): GivenSettings {
  return {
    metadataAction: dice.pick(['C', 'w']),
    metadataLease: dice.pick(['ignored', 'respected']),
    metadataWrite: dice.pick(['silent', 'updates', 'event']),
    cancelledSuspend: dice.pick(['start', 'suspend']),
    exitForm: dice.pick(['plain', 'monitor', 'both']),
    restartStarts: dice.pick(['twice', 'once']),
    stopUnready: dice.pick(['ok', 'refused', 'not-started']),
    latencyMs: dice.pick([0, 20, 150, 700]),
    bootMs: dice.pick([800, 800, 4_000, 15_000]),
    stopMs: dice.pick([50, 400, 3_000]),
    // As few samples as tell a machine at work from a quiet one.
    scrapeMs: 60_000,
  };
}
