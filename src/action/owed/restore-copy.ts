import type { UnixMs } from '../../clock.js';
import type { Restorable } from '../../commands/engine/restore-record.js';
import { isFlysOwn, originsOf, parseCredential } from '../../discharge/third-party/origins.js';
import { parseAction } from '../../macaroon/action-mask.js';
import {
  type Bundle,
  dischargesFor,
  endOf,
  endOfAll,
  type Ticket,
  type Token,
  ticketKey,
  ticketsOf,
} from '../../macaroon/bundle.js';
import { type Caveat, encodeCaveats } from '../../macaroon/caveats.js';
import type { MachineRef } from '../../machines/api/client.js';
import { attenuated, endingAt, isFinished, unnarrowable } from '../access/attenuated.js';
import { longestJobMs } from '../access/job.js';
import type { Environment } from '../runner/environment.js';

/** Most characters that ids of machines may add to a header: some 200 ids with one permission token. */
const MOST_OF_IDS = 4_500;

/** Rights that a step's post needs. */
export interface CopyWish {
  readonly command: Restorable;
  readonly machines: readonly MachineRef[];
  /** True if the step writes metadata that its post takes back. */
  readonly holds: boolean;
  /** End of the copy in Unix ms, a whole second. */
  readonly end: UnixMs;
  /** Numbers of the apps that the copy names; undefined: it names the machines one by one. */
  readonly apps: readonly bigint[] | undefined;
}

/** Token that may do no more than put back what a step changed. */
export interface RestoreCopy {
  readonly bundle: Bundle;
  /** Parts that can't be narrowed, in words; undefined: there are none. */
  readonly whole: string | undefined;
  /** Lines of `third-party-credentials` that refresh it. */
  readonly credentials: readonly string[];
}

/** Returns the latest end of a copy in Unix ms, rounded up to a whole second. */
export function copyEnd(now: UnixMs, env: Environment): UnixMs {
  return Math.ceil((now + longestJobMs(env)) / 1000) * 1000;
}

/** Returns whether the ids of so many machines would outgrow the header of requests. */
export function outgrowsHeader({ permissions }: Bundle, machines: readonly MachineRef[]): boolean {
  const bytes = encodeCaveats([onlyMachines(machines, 0)]).length;
  return permissions.filter((it) => !isFinished(it)).length * Math.ceil((bytes * 4) / 3) > MOST_OF_IDS;
}

/** Narrows a step's token to a copy for its post, with the discharges and credentials that the copy needs and no others. */
export function restoreCopy(bundle: Bundle, credentials: readonly string[], wish: CopyWish): RestoreCopy {
  const { permissions, discharges, malformed } = bundle;
  const copies = permissions.map((token) => attenuated(token, caveatsFor(token, wish)));
  const tickets = copies.flatMap(ticketsOf);
  const keys = new Set(tickets.map(({ ticket }) => ticketKey(ticket)));
  const its = discharges.filter(({ macaroon }) => keys.has(ticketKey(macaroon.nonce.kid)));
  const open = copies.flatMap((token) => ticketsOf(token).filter((it) => !isSettled(it, its, endOf(token))));
  const isAlone = permissions.length === 0;
  const copy = {
    permissions: copies,
    discharges: its,
    malformed,
    // Beside macaroons, OAuth tokens serve for discharges alone, and at Fly alone.
    users: isAlone || open.some(isOfFly) ? bundle.users : [],
    // Beside macaroons, unknown parts are never sent.
    unknown: isAlone && malformed.length === 0 ? bundle.unknown : [],
  };
  const origins = originsOf(open);
  return {
    bundle: copy,
    whole: unnarrowable(copy),
    credentials: credentials.filter((line) => origins.includes(parseCredential(line).origin)),
  };
}

/** Returns when the last of a token's parts ends in Unix ms; infinite if the end of one isn't known. */
export function endOfAllParts({ permissions, malformed, users, unknown }: Bundle): UnixMs {
  if (malformed.length + users.length + unknown.length > 0) return Number.POSITIVE_INFINITY;
  return endOfAll(permissions);
}

/** Returns whether a post may list machines with the token: one narrowed to named machines may not. */
export function mayList({ permissions, malformed }: Bundle): boolean {
  const isForMachines = ({ macaroon }: Token) => macaroon.caveats.some(({ name }) => name === 'Machines');
  return permissions.length === 0 || malformed.length > 0 || !permissions.every(isForMachines);
}

function caveatsFor(token: Token, { command, machines, holds, apps, end }: CopyWish): Caveat[] {
  // We don't know whether Fly asks for write or for control on a cordon or on metadata.
  const isWritten = holds || command === 'cordon' || command === 'uncordon';
  const mask = parseAction(isWritten ? 'rwC' : 'rC');
  return [
    apps === undefined
      ? onlyMachines(machines, mask)
      : { name: 'Apps', body: { apps: new Map(sorted(apps).map((it) => [it, mask])) } },
    { name: 'IfPresent', body: { ifs: NOTHING_OF, else: mask } },
    ...(endOf(token) > end ? [endingAt(end)] : []),
  ];
}

/** Caveats that allow no commands, volumes or features: running a command may need no more than control, or even reading. */
const NOTHING_OF: readonly Caveat[] = [
  { name: 'Commands', body: [] },
  { name: 'Volumes', body: { volumes: new Map() } },
  { name: 'AppFeatureSet', body: { features: new Map() } },
];

function onlyMachines(machines: readonly MachineRef[], mask: number): Caveat {
  // An empty id would mean any machine.
  const ids = [...new Set(machines.map(({ id }) => id))].filter((id) => id !== '').sort();
  return { name: 'Machines', body: { machines: new Map(ids.map((id) => [id, mask])) } };
}

function sorted(numbers: readonly bigint[]): bigint[] {
  return [...new Set(numbers)].filter((it) => it !== 0n).sort((a, b) => (a < b ? -1 : 1));
}

/** Returns whether a discharge lasts until the token itself ends, so that nobody has to be asked again. */
function isSettled(ticket: Ticket, discharges: readonly Token[], end: number): boolean {
  const [longest] = dischargesFor(ticket, discharges);
  return longest !== undefined && endOf(longest) >= end;
}

function isOfFly({ location }: Ticket): boolean {
  return URL.canParse(location) && isFlysOwn(new URL(location));
}
