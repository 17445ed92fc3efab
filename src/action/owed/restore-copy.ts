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

/** What the ids of machines may add to a header, in characters: some 200 of them with one permission token. */
const MOST_OF_IDS = 4_500;

/** What a step's post is to be able to do. */
export interface CopyWish {
  readonly command: Restorable;
  readonly machines: readonly MachineRef[];
  /** Whether metadata was written that is to be taken back. */
  readonly holds: boolean;
  /** End of the copy, a whole second. */
  readonly end: UnixMs;
  /** In place of the machines; undefined: these, one by one. */
  readonly apps: readonly bigint[] | undefined;
}

/** A token that may do no more than put back what a step changed. */
export interface RestoreCopy {
  readonly bundle: Bundle;
  /** The parts of it that nothing could be taken from, in words; undefined: there is none. */
  readonly whole: string | undefined;
  /** Lines of `third-party-credentials` that it is refreshed with. */
  readonly credentials: readonly string[];
}

/** Returns when a copy ends at the latest, rounded up to a whole second. */
export function copyEnd(now: UnixMs, env: Environment): UnixMs {
  return Math.ceil((now + longestJobMs(env)) / 1000) * 1000;
}

/** Whether the ids of so many machines would outgrow the header of requests. */
export function outgrowsHeader({ permissions }: Bundle, machines: readonly MachineRef[]): boolean {
  const bytes = encodeCaveats([onlyMachines(machines, 0)]).length;
  return permissions.filter((it) => !isFinished(it)).length * Math.ceil((bytes * 4) / 3) > MOST_OF_IDS;
}

/** The copy of a step's token, with the discharges and credentials that it needs and no others. */
export function restoreCopy(bundle: Bundle, credentials: readonly string[], wish: CopyWish): RestoreCopy {
  const { permissions, discharges, malformed } = bundle;
  const copies = permissions.map((token) => attenuated(token, caveatsFor(token, wish)));
  const tickets = copies.flatMap(ticketsOf);
  const keys = new Set(tickets.map(({ ticket }) => ticketKey(ticket)));
  const its = discharges.filter(({ macaroon }) => keys.has(ticketKey(macaroon.nonce.kid)));
  const open = copies.flatMap((token) => ticketsOf(token).filter((it) => !isSettled(it, its, endOf(token))));
  const isAlone = permissions.length === 0;
  const copy = {
    ...{ permissions: copies, discharges: its, malformed },
    // Beside macaroons they are for discharges alone, and at Fly alone.
    users: isAlone || open.some(isOfFly) ? bundle.users : [],
    // Beside macaroons they are never sent.
    unknown: isAlone && malformed.length === 0 ? bundle.unknown : [],
  };
  const origins = originsOf(open);
  return {
    bundle: copy,
    whole: unnarrowable(copy),
    credentials: credentials.filter((line) => origins.includes(parseCredential(line).origin)),
  };
}

/** Returns when the last of a token's parts ends; infinite where the end of one isn't known. */
export function endOfAllParts({ permissions, malformed, users, unknown }: Bundle): UnixMs {
  if (malformed.length + users.length + unknown.length > 0) return Number.POSITIVE_INFINITY;
  return endOfAll(permissions);
}

/** Whether a post may list with the token: what is for machines by name refuses that. */
export function mayList({ permissions, malformed }: Bundle): boolean {
  const isForMachines = ({ macaroon }: Token) => macaroon.caveats.some(({ name }) => name === 'Machines');
  return permissions.length === 0 || malformed.length > 0 || !permissions.every(isForMachines);
}

function caveatsFor(token: Token, { command, machines, holds, apps, end }: CopyWish): Caveat[] {
  // Which of both Fly asks for a cordon or for metadata isn't known.
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

/** Running a command may need no more than control, or even than reading; of an app, there is more than machines. */
const NOTHING_OF: readonly Caveat[] = [
  { name: 'Commands', body: [] },
  { name: 'Volumes', body: { volumes: new Map() } },
  { name: 'AppFeatureSet', body: { features: new Map() } },
];

function onlyMachines(machines: readonly MachineRef[], mask: number): Caveat {
  // An empty id would mean any.
  const ids = [...new Set(machines.map(({ id }) => id))].filter((id) => id !== '').sort();
  return { name: 'Machines', body: { machines: new Map(ids.map((id) => [id, mask])) } };
}

function sorted(numbers: readonly bigint[]): bigint[] {
  return [...new Set(numbers)].filter((it) => it !== 0n).sort((a, b) => (a < b ? -1 : 1));
}

/** Whether nobody has to be asked before the token itself ends. */
function isSettled(ticket: Ticket, discharges: readonly Token[], end: number): boolean {
  const [longest] = dischargesFor(ticket, discharges);
  return longest !== undefined && endOf(longest) >= end;
}

function isOfFly({ location }: Ticket): boolean {
  return URL.canParse(location) && isFlysOwn(new URL(location));
}
