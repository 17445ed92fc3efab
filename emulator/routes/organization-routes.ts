import { rfc3339 } from '../clock.js';
import { type Answer, json, refusal } from '../http.js';
import { type Cursor, readCursor, writeCursor } from '../machines/wire/cursor.js';
import {
  compareIds,
  type ListedMachine,
  listedJson,
  listedMachines,
} from '../machines/wire/organization-list.js';
import { isAmong, isTrue } from '../machines/wire/query.js';
import type { Settings } from '../settings.js';
import type { OrganizationContext, OrganizationRoute } from './route.js';

/** The route that lists all machines of an organization, page by page. */
export const ORGANIZATION_ROUTES: readonly OrganizationRoute[] = [
  {
    scope: 'organization',
    method: 'GET',
    path: '/v1/orgs/:org/machines',
    action: 'r',
    takesAppTokens: ({ orgMachines }) => orgMachines === 'allowed',
    handle: list,
  },
];

const LONGEST_PAGE = 1_000;

interface Wish {
  readonly limit: number;
  readonly from: Cursor | { readonly updatedAt: number } | undefined;
}

function list({ world, apps, query }: OrganizationContext): Answer {
  const { settings } = world;
  const wish = wishOf(query, settings);
  if ('status' in wish) return wish;
  const { from, limit } = wish;
  const lost = errorRegions(settings).filter((region) => isAmong(region, query, 'region'));
  const left = listedMachines(world, apps, settings.orgLagMs)
    .filter((seen) => isWanted(seen, query) && !lost.includes(seen.machine.region))
    .filter((seen) => from === undefined || isBehind(seen, from));
  if (from !== undefined && 'id' in from && from.pause) {
    return pageAnswer(settings, { lost, machines: [], next: { ...from, pause: false } });
  }
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  const next =
    last === undefined || shown.length === left.length
      ? undefined
      : { updatedAt: last.updatedAt, id: last.machine.id, pause: settings.orgEmptyPages };
  const machines = shown.map((seen) => listedJson(seen, isTrue(query, 'summary')));
  return pageAnswer(settings, { lost, machines, next, last });
}

function wishOf(query: URLSearchParams, { orgPage }: Settings): Wish | Answer {
  const given = query.get('limit') ?? String(LONGEST_PAGE);
  if (!/^\d+$/.test(given) || Number(given) < 1) return refusal(400, 'invalid limit');
  const limit = Math.max(1, Math.min(Number(given), LONGEST_PAGE, orgPage));
  const text = query.get('cursor') ?? '';
  if (text !== '') {
    const from = readCursor(text);
    return from === undefined ? refusal(400, 'invalid cursor') : { limit, from };
  }
  const after = query.get('updated_after') ?? '';
  if (after === '') return { limit, from: undefined };
  const updatedAt = Date.parse(after);
  if (!/^\d{4}-\d\d-\d\dT/.test(after) || Number.isNaN(updatedAt)) {
    return refusal(400, 'invalid updated_after: not a time in RFC 3339');
  }
  return { limit, from: { updatedAt } };
}

function isWanted({ machine, state }: ListedMachine, query: URLSearchParams): boolean {
  if (state === 'destroyed' && !isTrue(query, 'include_deleted')) return false;
  return isAmong(machine.region, query, 'region') && isAmong(state, query, 'state');
}

function isBehind({ updatedAt, machine }: ListedMachine, from: NonNullable<Wish['from']>): boolean {
  if (updatedAt !== from.updatedAt || !('id' in from)) return updatedAt > from.updatedAt;
  return compareIds(machine.id, from.id) > 0;
}

const errorRegions = ({ orgErrorRegions }: Settings) =>
  orgErrorRegions.split(',').flatMap((region) => (region.trim() === '' ? [] : [region.trim()]));

interface Page {
  readonly machines: readonly object[];
  readonly lost: readonly string[];
  readonly next: Cursor | undefined;
  readonly last?: ListedMachine | undefined;
}

/** Makes the answer with a page. The specification doesn't say what empty fields look like. */
function pageAnswer({ orgZeros }: Settings, { machines, lost, next, last }: Page): Answer {
  const listed = (items: readonly unknown[]) => (items.length === 0 && orgZeros === 'null' ? null : items);
  const fields = {
    next_cursor: next === undefined ? '' : writeCursor(next),
    last_machine_id: last?.machine.id ?? '',
    last_updated_at: last === undefined ? '' : rfc3339(last.updatedAt),
    error_regions: listed(lost),
  };
  const present = Object.entries(fields).filter(
    ([, value]) => orgZeros !== 'absent' || (value?.length ?? 0) > 0,
  );
  return json(200, { machines: listed(machines), ...Object.fromEntries(present) });
}
