import { GONE_TEXTS } from './machines/wire/gone.js';
import { duration, flag, initialValues, number, oneOf, text, type Values } from './setting.js';
import { PARTY_SETTINGS, type PartySettings } from './third-parties/party-settings.js';

/**
 * Everything that can be set for the whole of Fly. Where Fly's own answer is not known, the setting has all
 * answers that are plausible, and the likeliest is the default. Read anew for every request: can be changed at any time.
 */
export const SETTINGS = {
  latencyMs: duration(0, 'passes before every answer'),
  bootMs: duration(800, 'from start to started'),
  resumeMs: duration(200, 'from start to started, for a suspended machine'),
  stopMs: duration(400, 'a process takes to end once it is signalled'),
  suspendMs: duration(500, 'from suspend to suspended'),
  replaceMs: duration(3_500, 'a machine stays in replacing'),
  unreachableMs: duration(10_000, 'until a request to an unreachable host is given up with 408'),
  goneText: oneOf(GONE_TEXTS, 'status and wording where there is no such machine'),
  unseenMs: duration(0, 'after it was first listed, a machine is answered as if it were not there'),
  unseenTimes: number(0, 'so many requests for a listed machine are answered as if it were not there'),
  listShows: oneOf(['all', 'nothing', 'one-region'], 'what the list of an app shows of its machines'),
  listLieMs: duration(Number.POSITIVE_INFINITY, 'from the first such list on, it shows no more than that'),
  listLieTimes: number(Number.POSITIVE_INFINITY, 'so many lists of an app show no more than that'),
  listDestroyed: oneOf(['hidden', 'shown'], 'destroyed machines in the list, where nobody asks for them'),
  cookies: oneOf(['all', 'changes', 'reads', 'none'], 'which answers set the affinity cookie of the app'),
  staleMs: duration(0, 'reads without the affinity cookie know of nothing newer than so long ago'),
  forgetMs: duration(60_000, 'a destroyed machine can still be read'),
  rateLimits: flag(true, 'refuse with 429 what is above the documented rates'),
  retryAfterS: number(0, 'Retry-After on 429, in seconds; 0 = no such header'),
  listLimit: oneOf(['app', 'token'], 'what the rate of listing is counted by'),
  exitForm: oneOf(['plain', 'monitor', 'both'], 'where an event tells of an exit: exit_event, MonitorEvent'),
  exitedAt: oneOf(['text', 'ms'], 'how the time of an exit is written'),
  restartStarts: oneOf(['twice', 'once'], 'how often the events of a restart tell that it started'),
  cancelledSuspend: oneOf(['start', 'suspend'], 'type of the event of a suspend that a request cancelled'),
  startOnStarted: oneOf(['ok', 'still-active'], 'start on a machine that is started or starting'),
  startOnFailed: oneOf(['ok', 'refused'], 'start on a failed machine'),
  startCreated: oneOf(
    ['state', 'attempting', 'ok'],
    'start on a created machine: refused in two wordings, or not',
  ),
  activeStatus: oneOf(['412', '409'], 'status of a start that is refused as still active or attempting'),
  activeText: oneOf(
    ['machine still active, refusing to start', 'machine still attempting to start'],
    'wording of a start that is refused as still active',
  ),
  activePrefix: oneOf(['failed_precondition', 'aborted'], 'what stands before that wording'),
  changeDestroyed: oneOf(['412', '404'], 'status of any change of a destroyed machine'),
  startReply: oneOf(['docs', 'client'], 'fields of the answer to start'),
  replacingText: oneOf(['state', 'replaced'], 'wording of the refusal to start while replacing'),
  stopUnready: oneOf(['ok', 'refused', 'not-started'], 'stop on created, starting, suspending or replacing'),
  suspendInactive: oneOf(['ok', 'refused'], 'suspend on a suspended or stopped machine'),
  suspendUnsuitable: oneOf(['412', '400', '422'], 'suspend beyond the limits of memory, swap or schedule'),
  restartInactive: oneOf(['ok', 'refused'], 'restart on a stopped, suspended or failed machine'),
  waitStopped: oneOf(['any', 'needs-version'], 'wait for stopped without a version: accepted, or 400'),
  waitText: oneOf(['prefixed', 'bare'], 'wording of a wait that ran out'),
  waitReply: oneOf(['full', 'state', 'bare'], 'what the answer to a wait tells beside ok'),
  waitReplaced: oneOf(['408', '412'], 'status of a wait on an old version'),
  malformedPart: oneOf(['ignored', 'refused'], 'a part of the token that is no macaroon, beside one that is'),
  missingAction: oneOf(['403', '401'], 'status when a token allows the machine but not the action'),
  unauthenticated: oneOf(['401', '500'], 'status where no token can be used; 500 says unauthorized'),
  foreignAccess: oneOf(['reason', 'unauthorized'], 'wording where a token is for something else'),
  missingDischarge: oneOf(
    ['generic', 'named', 'changes'],
    'a token without its discharges: refused as any other, by name, or by name for every change, whatever it brings',
  ),
  leaseAction: oneOf(['C', 'w'], 'action that leases need'),
  cordonAction: oneOf(['C', 'w'], 'action that cordon and uncordon need'),
  metadataAction: oneOf(['C', 'w'], 'action that writing metadata needs'),
  metadataLease: oneOf(
    ['ignored', 'respected'],
    'whether a lease of somebody else keeps metadata from being written',
  ),
  leaseReply: oneOf(['envelope', 'bare'], 'shape of lease answers'),
  leaseRefusal: oneOf(['error', 'message'], 'shape of the refusal while a lease is held'),
  unheldNonce: oneOf(['ignored', 'refused'], 'a nonce for a machine without a lease'),
  summary: oneOf(['keeps-version', 'drops-version'], 'whether summary=true keeps instance_id and cordoned'),
  execAction: oneOf(['C', 'r', 'w'], 'action that exec needs, beside the command'),
  execLongestMs: duration(60_000, 'a command may run, whatever timeout it is given'),
  execTimeout: oneOf(['408', 'killed'], 'a command beyond its timeout: 408, or 200 with signal 9'),
  execCut: oneOf(['killed', 'eof'], 'a command whose machine goes down: 200 with signal 9, or 412'),
  execLease: oneOf(['ignored', 'respected'], 'whether a lease of somebody else refuses commands'),
  execReply: oneOf(['full', 'no-zeros'], 'whether the answer to exec shows zeros and empty texts'),
  execType: oneOf(['json', 'octet-stream'], 'content type of the answer to exec'),
  appsOfOrg: oneOf(['forbidden', 'own'], "an organization's apps, for a token confined to apps"),
  orgMachines: oneOf(['forbidden', 'allowed'], "an organization's machines, for a token confined to apps"),
  orgPage: number(1_000, "most machines on a page of an organization's list"),
  orgEmptyPages: flag(false, 'an empty page between two full ones of that list'),
  orgErrorRegions: text('', 'regions, parted by commas, that can not be read for that list'),
  orgLagMs: duration(0, 'until a change is seen in that list'),
  orgZeros: oneOf(['shown', 'absent', 'null'], 'empty fields of that list'),
  appNumbers: oneOf(['shown', 'absent'], 'whether an app tells the number that tokens know it by'),
  authorizeRefusal: oneOf(['400', '403', '500'], 'status when a token that is asked about does not allow it'),
  scrapeMs: duration(15_000, 'between two samples of the metrics'),
  scrapeLoss: number(0, 'of so many samples the first is lost; 0 = none'),
  oldSamples: oneOf(
    ['thinned', 'kept'],
    'samples older than three days, and than a week: 30 s and 60 s apart',
  ),
  metricsAccess: oneOf(['forbidden', 'allowed'], 'metrics, for a token confined to apps'),
  githubClaims: text(
    'repository=octocat/hello-world,ref=refs/heads/main,environment=production',
    "what the OIDC tokens of /github/token say of the job; sub is made of it, as GitHub's is",
  ),
  githubLifetimeMs: duration(300_000, 'such a token can be used'),
  compatChecks: oneOf(['none', 'passing', 'critical'], 'made-up checks for old clients, and what they say'),
  capacityText: oneOf(
    [
      'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
      'aborted: no capacity',
      'insufficient resources available',
      'governor policy blocked start',
      'deploys to this host are temporarily disabled',
    ],
    'wording of a start that finds no room',
  ),
} as const;

/** All settings with their present values; `aaa` is Fly's authentication service, `own` a third party of the user's. */
export interface Settings extends Values<typeof SETTINGS> {
  readonly aaa: PartySettings;
  readonly own: PartySettings;
}

/** What may be handed in: any part of the settings. */
export interface GivenSettings extends Partial<Values<typeof SETTINGS>> {
  readonly aaa?: Partial<PartySettings>;
  readonly own?: Partial<PartySettings>;
}

/** The defaults, with what was given put over them. */
export function createSettings({ aaa, own, ...given }: GivenSettings = {}): Settings {
  return {
    ...initialValues(SETTINGS),
    ...given,
    aaa: { ...initialValues(PARTY_SETTINGS), ...aaa },
    own: { ...initialValues(PARTY_SETTINGS), ...own },
  };
}
