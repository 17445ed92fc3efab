import { GONE_TEXTS } from './machines/wire/gone.js';
import { duration, flag, initialValues, number, oneOf, text, type Values } from './setting.js';
import { PARTY_SETTINGS, type PartySettings } from './third-parties/party-settings.js';

/**
 * Every setting of the emulated Fly. When Fly's real answer is unknown, the setting offers each plausible
 * answer, and the likeliest is the default. Each request reads the settings anew, so they can change at any
 * time.
 */
export const SETTINGS = {
  latencyMs: duration(0, 'time before every answer'),
  bootMs: duration(800, 'time from start to started'),
  resumeMs: duration(200, 'time from start to started, for a suspended machine'),
  stopMs: duration(400, 'time that a process takes to end after its signal'),
  suspendMs: duration(500, 'time from suspend to suspended'),
  replaceMs: duration(3_500, 'time that a machine stays in replacing'),
  unreachableMs: duration(10_000, 'time until a request to an unreachable host gets a 408'),
  goneText: oneOf(GONE_TEXTS, 'status and wording when there is no such machine'),
  unseenMs: duration(0, 'time after its first listing in which a machine seems not to exist'),
  unseenTimes: number(0, 'number of requests for which a listed machine seems not to exist'),
  listShows: oneOf(['all', 'nothing', 'one-region'], 'which of its machines the list of an app shows'),
  listLieMs: duration(Number.POSITIVE_INFINITY, 'time from the first such list in which it shows no more'),
  listLieTimes: number(Number.POSITIVE_INFINITY, 'number of such lists that show no more'),
  listDestroyed: oneOf(['hidden', 'shown'], 'destroyed machines in a list that was not asked for them'),
  cookies: oneOf(['all', 'changes', 'reads', 'none'], 'which answers set the affinity cookie of the app'),
  staleMs: duration(0, 'age of the newest change that a read without the affinity cookie knows'),
  forgetMs: duration(60_000, 'time for which a destroyed machine can still be read'),
  rateLimits: flag(true, 'refuse requests above the documented rates with 429'),
  retryAfterS: number(0, 'Retry-After on 429, in seconds; 0: no such header'),
  listLimit: oneOf(['app', 'token'], 'what the rate of lists counts by'),
  exitForm: oneOf(
    ['plain', 'monitor', 'both'],
    'place of an exit in its event: exit_event, MonitorEvent or both',
  ),
  exitedAt: oneOf(['text', 'ms'], 'form of the time of an exit'),
  restartStarts: oneOf(['twice', 'once'], 'how often the events of a restart say that it started'),
  cancelledSuspend: oneOf(['start', 'suspend'], 'type of the event when a request cancels a suspend'),
  startOnStarted: oneOf(['ok', 'still-active'], 'start on a machine that is started or starting'),
  startOnFailed: oneOf(['ok', 'refused'], 'start on a failed machine'),
  startCreated: oneOf(
    ['state', 'attempting', 'ok'],
    'start on a created machine: refused in one of two wordings, or accepted',
  ),
  activeStatus: oneOf(['412', '409'], 'status of a start that is refused as still active or attempting'),
  activeText: oneOf(
    ['machine still active, refusing to start', 'machine still attempting to start'],
    'wording of a start that is refused as still active',
  ),
  activePrefix: oneOf(['failed_precondition', 'aborted'], 'prefix of that wording'),
  changeDestroyed: oneOf(['412', '404'], 'status of any change of a destroyed machine'),
  startReply: oneOf(['docs', 'client'], 'fields of the answer to start'),
  replacingText: oneOf(['state', 'replaced'], 'wording of the refusal to start while replacing'),
  stopUnready: oneOf(['ok', 'refused', 'not-started'], 'stop on created, starting, suspending or replacing'),
  suspendInactive: oneOf(['ok', 'refused'], 'suspend on a suspended or stopped machine'),
  suspendUnsuitable: oneOf(['412', '400', '422'], 'suspend beyond the limits of memory, swap or schedule'),
  restartInactive: oneOf(['ok', 'refused'], 'restart on a stopped, suspended or failed machine'),
  waitStopped: oneOf(['any', 'needs-version'], 'wait for stopped without a version: accepted, or 400'),
  waitText: oneOf(['prefixed', 'bare'], 'wording of a wait that timed out'),
  waitReply: oneOf(['full', 'state', 'bare'], 'what the answer to a wait says besides ok'),
  waitReplaced: oneOf(['408', '412'], 'status of a wait on an old version'),
  malformedPart: oneOf(
    ['ignored', 'refused'],
    'a part of the token that is no macaroon, next to one that is',
  ),
  missingAction: oneOf(['403', '401'], 'status when a token allows the machine but not the action'),
  unauthenticated: oneOf(['401', '500'], 'status when no token is usable; 500 says unauthorized'),
  foreignAccess: oneOf(['reason', 'unauthorized'], 'wording when a token is for something else'),
  missingDischarge: oneOf(
    ['generic', 'named', 'changes'],
    'refusal of a token without discharges: like any other, by name, or by name for every change, even with discharges',
  ),
  leaseAction: oneOf(['C', 'w'], 'action that leases need'),
  cordonAction: oneOf(['C', 'w'], 'action that cordon and uncordon need'),
  metadataAction: oneOf(['C', 'w'], 'action that writing metadata needs'),
  metadataLease: oneOf(
    ['ignored', 'respected'],
    "whether another client's lease keeps metadata from being written",
  ),
  metadataWrite: oneOf(
    ['silent', 'updates', 'event'],
    'what a write of metadata leaves behind: nothing, a newer updated_at, or an update by the user in the events too',
  ),
  leaseReply: oneOf(['envelope', 'bare'], 'shape of lease answers'),
  leaseRefusal: oneOf(['error', 'message'], 'shape of the refusal while another client holds a lease'),
  unheldNonce: oneOf(['ignored', 'refused'], 'a nonce for a machine without a lease'),
  summary: oneOf(['keeps-version', 'drops-version'], 'whether summary=true keeps instance_id and cordoned'),
  execAction: oneOf(['C', 'r', 'w'], 'action that exec needs, besides the command'),
  execLongestMs: duration(60_000, 'longest time that a command may run, whatever its timeout'),
  execTimeout: oneOf(['408', 'killed'], 'a command beyond its timeout: 408, or 200 with signal 9'),
  execCut: oneOf(['killed', 'eof'], 'a command whose machine goes down: 200 with signal 9, or 412'),
  execLease: oneOf(['ignored', 'respected'], "whether another client's lease refuses commands"),
  execContainer: oneOf(['404', '400'], 'status when a machine has no container of that name'),
  execReply: oneOf(['full', 'no-zeros'], 'whether the answer to exec shows zeros and empty texts'),
  execType: oneOf(['json', 'octet-stream'], 'content type of the answer to exec'),
  appsOfOrg: oneOf(['forbidden', 'own'], "an organization's apps, for a token confined to apps"),
  orgMachines: oneOf(['forbidden', 'allowed'], "an organization's machines, for a token confined to apps"),
  orgPage: number(1_000, "most machines on a page of an organization's list"),
  orgEmptyPages: flag(false, 'an empty page between two full ones of that list'),
  orgErrorRegions: text('', 'regions, separated by commas, that fail in that list'),
  orgLagMs: duration(0, 'time until a change appears in that list'),
  orgZeros: oneOf(['shown', 'absent', 'null'], 'empty fields of that list'),
  appNumbers: oneOf(['shown', 'absent'], 'whether an app shows its number, by which tokens name it'),
  currentToken: oneOf(
    ['shown', 'forbidden', 'unauthorized', 'unknown'],
    'what a token confined to apps is for, when it asks: shown, or refused with 403, 401 or 404',
  ),
  authorizeRefusal: oneOf(
    ['400', '403', '500'],
    'status when the token asked about does not allow the access',
  ),
  scrapeMs: duration(15_000, 'time between two samples of the metrics'),
  scrapeLoss: number(0, 'number of samples of which the first is lost; 0: none is'),
  oldSamples: oneOf(
    ['thinned', 'kept'],
    'samples older than three days and than a week: 30 s and 60 s apart, or all',
  ),
  metricsAccess: oneOf(['forbidden', 'allowed'], 'metrics, for a token confined to apps'),
  githubClaims: text(
    'repository=octocat/hello-world,ref=refs/heads/main,environment=production',
    'claims about the job in the OIDC tokens of /github/token; sub derives from them, as on GitHub',
  ),
  githubLifetimeMs: duration(300_000, 'lifetime of such a token'),
  compatChecks: oneOf(['none', 'passing', 'critical'], 'made-up checks for old clients, and their status'),
  capacityText: oneOf(
    [
      'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
      'aborted: no capacity',
      'insufficient resources available',
      'governor policy blocked start',
      'deploys to this host are temporarily disabled',
    ],
    'wording of a start for which the host has no room',
  ),
} as const;

/**
 * All settings with their present values; `aaa` is Fly's authentication service, `own` a third party of the
 * user's.
 */
export interface Settings extends Values<typeof SETTINGS> {
  readonly aaa: PartySettings;
  readonly own: PartySettings;
}

/** Settings that differ from their defaults. */
export interface GivenSettings extends Partial<Values<typeof SETTINGS>> {
  readonly aaa?: Partial<PartySettings>;
  readonly own?: Partial<PartySettings>;
}

const DEFAULTS = initialValues(SETTINGS);
const PARTY_DEFAULTS = initialValues(PARTY_SETTINGS);

/** Returns the defaults overlaid with the given settings. */
export function createSettings({ aaa, own, ...given }: GivenSettings = {}): Settings {
  return {
    ...DEFAULTS,
    ...given,
    aaa: { ...PARTY_DEFAULTS, ...aaa },
    own: { ...PARTY_DEFAULTS, ...own },
  };
}
