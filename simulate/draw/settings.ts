import type { Setting } from '../../emulator/setting.js';
import { type GivenSettings, SETTINGS } from '../../emulator/settings.js';
import type { PartySettings } from '../../emulator/third-parties/party-settings.js';
import type { Dice } from '../../fuzz/dice.js';
import { CREDENTIAL } from './access.js';
import type { Features } from './features.js';

/** Settings that have a dice of their own below: they tell lies about the fleet, or shut the metrics. */
const APART: ReadonlySet<string> = new Set([
  ...['listShows', 'metricsAccess', 'cookies', 'missingDischarge', 'metadataWrite'],
]);

const MINUTE = 60_000;

/** Draws the settings of the emulated Fly that hold from the start on. */
export function drawSettings(dice: Dice, features: Features): GivenSettings {
  return {
    ...(features.answers && drawAnswers(dice)),
    ...(features.slow && drawPace(dice)),
    ...(features.stale && drawStaleness(dice)),
    metricsAccess: dice.chance(0.8) ? 'allowed' : 'forbidden',
    ...(dice.chance(0.02) && { missingDischarge: dice.pick(['named', 'changes']) }),
    ...(features.choosing && drawMetrics(dice)),
    ...(dice.chance(0.2) && { rateLimits: false }),
    ...(dice.chance(0.15) && { retryAfterS: dice.pick([1, 3, 60]) }),
    ...(dice.chance(0.1) && { orgPage: dice.pick([1, 2, 5]) }),
    ...(dice.chance(0.05) && { orgEmptyPages: true }),
    aaa: drawParty(dice, false),
    own: drawParty(dice, features.ownThirdParty),
    // Last, so that the settings of known seeds stay what they were.
    ...(features.answers && dice.chance(0.3) && { metadataWrite: dice.pick(['updates', 'event'] as const) }),
  };
}

/** Draws answers that are as plausible as the likeliest ones: a few of many. */
function drawAnswers(dice: Dice): GivenSettings {
  const settings: Readonly<Record<string, Setting<unknown>>> = SETTINGS;
  const drawn = Object.entries(settings).flatMap(([name, { choices }]) =>
    choices !== undefined && !APART.has(name) && dice.chance(0.3)
      ? [[name, dice.pick(choices)] as const]
      : [],
  );
  return Object.fromEntries(drawn);
}

function drawPace(dice: Dice): GivenSettings {
  return {
    latencyMs: dice.pick([0, 20, 150, 150, 700]),
    bootMs: dice.pick([800, 300, 4_000, 15_000]),
    resumeMs: dice.pick([200, 1_500]),
    stopMs: dice.pick([400, 50, 3_000]),
    suspendMs: dice.pick([500, 4_000]),
    replaceMs: dice.pick([3_500, 500, 12_000]),
    forgetMs: dice.pick([60_000, 0, 5_000]),
  };
}

function drawStaleness(dice: Dice): GivenSettings {
  return dice.pick<GivenSettings>([
    { staleMs: dice.pick([300, 1_000, 5_000]), cookies: dice.pick(['all', 'changes', 'reads', 'none']) },
    { unseenTimes: dice.pick([1, 2, 3]) },
    { unseenMs: dice.pick([500, 3_000]) },
    { listShows: 'nothing', listLieTimes: dice.pick([1, 2, 5]) },
    { listShows: 'one-region', listLieTimes: dice.pick([1, 3]) },
    { listShows: 'nothing', listLieMs: dice.pick([2_000, 30_000]) },
    { orgLagMs: dice.pick([1_000, 30_000]) },
    { orgErrorRegions: dice.pick(['iad', 'fra', 'iad,nrt']) },
  ]);
}

function drawMetrics(dice: Dice): GivenSettings {
  return {
    ...(dice.chance(0.25) && { scrapeMs: dice.pick([5_000, 30_000, 60_000]) }),
    ...(dice.chance(0.2) && { scrapeLoss: dice.pick([3, 10, 40]) }),
  };
}

function drawParty(dice: Dice, isChoosy: boolean): Partial<PartySettings> {
  const isRude = dice.chance(0.02);
  return {
    ...(dice.chance(0.4) && { lifetimeMs: dice.pick([MINUTE, 3 * MINUTE, 5 * MINUTE, 20_000, 60 * MINUTE]) }),
    ...(dice.chance(0.1) && {
      behaviour: dice.pick(['poll', 'poll', 'poll', 'user-interactive']),
      polls: dice.pick([0, 2, 8]),
    }),
    ...(isRude && {
      behaviour: dice.pick([
        'refuse',
        'down',
        'garbage',
        'empty',
        'expired',
        'wrong-ticket',
        'wrong-key',
        'redirect',
      ]),
    }),
    ...(dice.chance(0.1) && {
      pollUrl: dice.pick(['relative', 'foreign']),
      pollResult: dice.pick(['discharge', 'refusal']),
      pendingBody: dice.pick(['empty', 'not-ready']),
      status: dice.pick(['401', '403']),
    }),
    ...(dice.chance(0.1) && { delayMs: dice.pick([200, 4_000, 20_000]) }),
    ...(isChoosy && dice.chance(0.7) && { credential: CREDENTIAL }),
  };
}
