import { type CommandName, isWorking, type Need, rowOf, type WorkingCommand } from '../../command-table.js';
import type { WorkTools } from '../../commands/engine/work-tools.js';
import { isSweeping } from '../../commands/selection/scope.js';
import { ActionError } from '../../errors.js';
import { type CaveatName, caveatsNamed, type Registered } from '../../macaroon/caveats.js';
import type { Effort } from '../../macaroon/possibilities.js';
import type { CaveatSets } from '../../macaroon/verdict.js';
import { ownSets } from '../../permissions/caveat-sets.js';
import { type Inquiry, Judge, shareOfWork } from '../../permissions/may.js';
import { deployTokenCommand, execTokenCommand } from '../../token-command.js';
import { shortened } from '../runner/safe-text.js';
import { narrowingHint, oneApp } from './in-context.js';
import type { Step } from './step.js';

/** Number of ids that are tried; a token for more is no ordinary one. */
const MOST_IDS = 20;
/** Length of a reason, in UTF-16 units: each of a thousand machines has it. */
const LONGEST_REASON = 600;

/**
 * Throws a `forbidden` error where the token's own caveats rule out what the step is to do, whatever isn't known, before
 * anything is sent. Times are left to the live token, which knows the server's. A dry run only reads: a token that would not
 * do for the real run is a warning, and what only Fly can say of it a notice.
 */
export function preflight(command: CommandName, step: Step): void {
  const { access, inputs, log } = step;
  if (!isWorking(command)) return;
  // Such a list may come from the organization itself, for which an app's caveats say nothing.
  if (rowOf(command).onlyLists && isSweeping(access.scope)) return;
  const tokens = ownSets(step.access.bundle);
  const needs = rowOf(command).needs;
  // Nothing is chosen, so nothing is refused.
  if (Array.isArray(inputs.machines) && inputs.machines.length === 0) return;
  const isDry = inputs['dry-run'];
  const refusalIn = (some: readonly Need[]) => refusalOfNeeds(command, some, { ...step, tokens, asked: {} });
  const refused = refusalIn(isDry ? needs.slice(0, 1) : needs);
  if (refused !== undefined) throw refused;
  const [, need] = needs;
  if (!isDry || need === undefined) return;
  const later = refusalIn([need]);
  if (later !== undefined) log.warning(`A real run would be refused. ${later.line}`);
  const doubt = later === undefined ? doubtOf(need, { ...step, tokens }) : undefined;
  if (doubt !== undefined) log.notice(doubt);
}

/** Returns a function that says why the token rules out a machine; undefined where it names none: such a token costs nothing. */
export function forbidding(command: WorkingCommand, step: Step): WorkTools['forbids'] {
  const tokens = ownSets(step.access.bundle);
  const known = new Set(
    tokens.flatMap((it) =>
      caveatsNamed(it ?? [], 'Machines').flatMap(({ body }) => [...body.machines.keys()]),
    ),
  );
  if (known.size === 0) return undefined;
  const needs = rowOf(command).needs.slice(1);
  const work = shareOfWork();
  const judged = new Map<string, ActionError | undefined>();
  return ({ id }) => {
    // Those that the token doesn't name are alike to it.
    const key = known.has(id) ? id : '';
    if (!judged.has(key))
      judged.set(key, refusalOfNeeds(command, needs, { ...step, tokens, work, asked: { machine: id } }));
    return judged.get(key);
  };
}

interface Judging extends Step {
  readonly tokens: CaveatSets;
  readonly work?: Effort;
}

function refusalOfNeeds(
  command: WorkingCommand,
  needs: readonly Need[],
  { access, inputs, tokens, work, asked }: Judging & { readonly asked: Pick<Inquiry, 'machine'> },
): ActionError | undefined {
  const judge = new Judge(tokens, { ...asked, command: inputs.run ?? 'any' }, undefined, work);
  const need = needs.find((it) => judge.one(it).verdict === 'no');
  if (need === undefined) return undefined;
  const { reason } = judge.one(need);
  const doing = asked.machine === undefined ? need.doing : need.doing.replace('machines', 'this machine');
  const isNarrowing = access.narrowed?.some((words) => reason.includes(`“${words}”`)) === true;
  const app = oneApp(access);
  const better = rowOf(command).needs.some(({ runs }) => runs === true)
    ? execTokenCommand(app)
    : deployTokenCommand(app);
  return new ActionError('forbidden', `The token may not ${doing}, ${shortened(reason, LONGEST_REASON)}`, {
    hint: isNarrowing ? narrowingHint(access) : `Make one that may with ${better}.`,
  });
}

/** Returns what a dry run can't tell although the token may be for this app: which that is, Fly's numbers alone say. */
function doubtOf(need: Need, { connection, inputs, tokens }: Judging): string | undefined {
  const caveats = tokens.flatMap((it) => it ?? []);
  const now = Math.floor(connection.now() / 1000);
  const command = inputs.run ?? 'any';
  const organizations = idsIn(caveats, 'Organization', ({ id }) => [id]);
  const apps = idsIn(caveats, 'Apps', (it) => it.apps.keys());
  const work = shareOfWork();
  let reason: string | undefined;
  for (const orgId of organizations.length === 0 ? [undefined] : organizations)
    for (const appId of apps.length === 0 ? [undefined] : apps) {
      const may = new Judge(tokens, { orgId, appId, now, command }, undefined, work).one(need);
      if (may.verdict === 'yes') return undefined;
      if (may.verdict === 'fly must say') reason ??= may.reason;
    }
  return (
    reason && `Only Fly can say whether the token may ${need.doing}: ${reason}. A dry run doesn't ask it.`
  );
}

/** Returns what caveats of one name mention, each once. */
function idsIn<N extends CaveatName, T>(
  caveats: CaveatSets[number],
  name: N,
  read: (body: Registered<N>['body']) => Iterable<T>,
): T[] {
  const ids = caveatsNamed(caveats ?? [], name).flatMap(({ body }) => [...read(body)]);
  return [...new Set(ids)].slice(0, MOST_IDS);
}
