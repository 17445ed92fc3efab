import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { gives, type Stretch } from '../view/calm.js';
import { certainlyFits, whyNot } from '../view/chosen.js';
import type { Life } from '../view/life.js';
import { groupsOf } from '../view/metadata-in.js';
import { scopeOf } from '../view/scope.js';
import { statesIn, type TruthSpan, truthSpan } from '../view/span.js';
import { type Wish, wishOf } from '../view/wish.js';
import { downBy, servedAt } from './down-by-us.js';

/** Promise that a restart leaves enough machines up. */
export const fewDown: Check = {
  name: 'few down at once',
  promise:
    'Of the machines that served when it began, a restart never has more of a process group down at once than `max-unavailable` allows.',
  look: (view, report) => {
    for (const run of view.history.runs)
      if (run.part === 'main' && run.step.command === 'restart') lookAt(view, run, report);
  },
};

/** Machines of one process group that a restart may be about. */
interface Group {
  readonly name: string;
  readonly machines: readonly Life[];
}

function lookAt(view: View, run: ProcessRun, report: Report): void {
  const { 'max-unavailable': most = '33%', wait = 'auto' } = run.step.inputs;
  if (/^0*100\s*%$/.test(most.trim())) return;
  const waitsForChecks = wait.trim().toLowerCase() !== 'true';
  const span = choiceSpan(view, run);
  for (const { name, machines } of groupsIn(view, run, span)) {
    const up = machines.filter((it) => statesIn(it, span).has('started')).length;
    const allowed = allowedDown(most.trim(), up);
    // A deploy may bring other checks.
    const plain = machines.filter(({ happenings }) => !happenings.some(({ kind }) => kind === 'version'));
    const down = plain
      .filter((it) => servedAt(it, run.startedAt))
      .flatMap((it) => downBy(it, run, waitsForChecks));
    if (down.length > 0) report.seen();
    const worst = mostAtOnce(down);
    if (worst.count > allowed)
      report.found(`had ${worst.count} of ${name} down at once, of at most ${allowed}`, {
        run: run.id,
        time: worst.at,
      });
  }
}

/** Returns how many machines of a group may be down where so many are up: a share is rounded down; one is the least; of two or more, one stays. */
function allowedDown(text: string, up: number): number {
  const [, number = '0', sign] = /^(\d+)\s*(%?)$/.exec(text) ?? [];
  const asked = sign === '%' ? Math.floor((Number(number) * up) / 100) : Number(number);
  if (up < 2) return 1;
  return Math.min(Math.max(asked, 1), up - 1);
}

/** Returns the span in which the run may have learnt which machines there are: until it restarted the first. */
function choiceSpan(view: View, run: ProcessRun): TruthSpan {
  const first = view.sentBy(run).find(({ kind }) => kind === 'restart');
  const { from, until } = truthSpan(view, run);
  return { from, until: first === undefined ? until : first.exchange.at - 1 };
}

function groupsIn(view: View, run: ProcessRun, span: TruthSpan): Group[] {
  const groups = new Map<string, Life[]>();
  for (const life of chosenBy(view, run, span)) {
    const names = groupsOf(life, span);
    for (const name of names.length > 0 ? names : ['no group']) {
      const key = `${name} in ${life.app}`;
      groups.set(key, [...(groups.get(key) ?? []), life]);
    }
  }
  return [...groups].map(([name, machines]) => ({ name, machines }));
}

/** Returns all machines that a run may have chosen to restart. With `limit`, those are out before which so many others surely come. */
function chosenBy(view: View, run: ProcessRun, span: TruthSpan): Life[] {
  const wish = wishOf(run.step);
  const scope = scopeOf(view, run);
  const possible = [...view.lives.values()].filter(
    (life) =>
      scope?.has(life) !== false && whyNot(wish, life, span, scope?.isSweeping ?? false) === undefined,
  );
  const { limit = Number.POSITIVE_INFINITY } = wish;
  const lists = view.sentBy(run).filter((it) => it.kind === 'list' && it.isClear && it.accepted);
  const listed = new Set(lists.map(({ app }) => app));
  // Which app comes first isn't said: only those of its own app surely come before a machine.
  const certain = possible.filter((life) => listed.has(life.app) && isCertain(view, wish, life, span));
  return possible.filter(
    ({ app, id }) => certain.filter((it) => it.app === app && it.id < id).length < limit,
  );
}

/** Returns whether a machine of an app that was listed, and that may be chosen, surely is, unless others come before it. */
function isCertain({ script }: View, wish: Wish, life: Life, span: TruthSpan): boolean {
  if (gives(script, 'listShows', 'orgErrorRegions', 'unseenMs', 'unseenTimes', 'staleMs', 'orgLagMs'))
    return false;
  const isMoved = life.happenings.some(
    ({ kind, at }) => kind !== 'lease' && at >= span.from && at <= span.until,
  );
  const { behaviour = {} } = life.spec ?? {};
  return !isMoved && Object.keys(behaviour).every((it) => !UNSURE.has(it)) && certainlyFits(wish, life, span);
}

/** Behaviours by which a machine may not be seen as it is. */
const UNSURE: ReadonlySet<string> = new Set(['zombie', 'unreachable', 'unseenMs', 'unseenTimes']);

/** Returns the largest number of stretches that overlap, and when that was so first. */
function mostAtOnce(stretches: readonly Stretch[]): { readonly count: number; readonly at: number } {
  const edges = stretches.flatMap(({ from, until }) => [
    { at: from, by: 1 },
    { at: until, by: -1 },
  ]);
  // One that comes back makes room for what goes down at that moment.
  edges.sort((a, b) => a.at - b.at || a.by - b.by);
  let [now, worst] = [0, { count: 0, at: 0 }];
  for (const { at, by } of edges) {
    now += by;
    if (now > worst.count) worst = { count: now, at };
  }
  return worst;
}
