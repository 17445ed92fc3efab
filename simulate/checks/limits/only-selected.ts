import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { staleness } from '../view/calm.js';
import { whyNot } from '../view/chosen.js';
import { isBy } from '../view/life.js';
import { lifeOf, type RunScope, scopeOf } from '../view/scope.js';
import { isLifecycle, type Sent } from '../view/sent.js';
import { type Wish, wishOf } from '../view/wish.js';
import { whySuddenly } from './looked-again.js';

/** Commands that change nothing, ever. */
const READING: ReadonlySet<string> = new Set(['auth', 'inspect', 'list', 'wait']);

/** Promise that nothing else is touched. */
export const onlySelected: Check = {
  name: 'only what was selected',
  promise:
    'No request that changes anything goes to a machine that filters, exclusions, shard or guards keep out, or from a command or dry run that only reads; and no more than `limit` machines are changed.',
  look: (view, report) => {
    for (const run of view.history.runs) {
      const changes = view.sentBy(run).filter((it) => it.changes);
      report.seen();
      if (run.part === 'post') lookAtPost(view, run, changes, report);
      else lookAtMain(view, run, changes, report);
    }
  },
};

function lookAtMain(view: View, run: ProcessRun, changes: readonly Sent[], report: Report): void {
  const [first] = changes;
  if (first === undefined) return;
  const wish = wishOf(run.step);
  if (READING.has(wish.command) || wish.dryRun) {
    report.found(
      `changes something although it ${wish.dryRun ? 'is a dry run' : 'only reads'}: ${first.kind}`,
      {
        run: run.id,
        machine: first.machine,
      },
    );
    return;
  }
  const scope = scopeOf(view, run);
  for (const it of changes) lookAtChange(view, run, wish, scope, it, report);
  lookAtLimit(view, run, wish, changes, report);
}

function lookAtChange(
  view: View,
  run: ProcessRun,
  wish: Wish,
  scope: RunScope | undefined,
  sent: Sent,
  report: Report,
): void {
  const { app, machine, kind, exchange } = sent;
  const life = lifeOf(view, app, machine);
  const at = { run: run.id, machine, time: exchange.at };
  if (life === undefined) {
    report.found(`sends ${kind} to a machine that does not exist`, at);
    return;
  }
  if (scope?.has(life) === false)
    report.found(`sends ${kind} to a machine of ${app}, which is no app of this step`, at);
  const span = { from: run.startedAt - staleness(view.script), until: exchange.at };
  const isSweeping = scope?.isSweeping ?? false;
  const why = whyNot(wish, life, span, isSweeping) ?? whySuddenly(view, run, wish, life, sent, isSweeping);
  if (why !== undefined) report.found(`sends ${kind} to a machine that ${why}`, at);
}

function lookAtLimit(
  view: View,
  run: ProcessRun,
  { limit }: Wish,
  changes: readonly Sent[],
  report: Report,
): void {
  if (limit === undefined) return;
  const changed = new Set<string>();
  for (const { app, machine, kind } of changes) {
    if (!isLifecycle(kind) && kind !== 'exec') continue;
    const life = lifeOf(view, app, machine);
    const isChanged = life?.happenings.some(
      (it) => it.kind !== 'metadata' && it.kind !== 'lease' && isBy(it, run.id),
    );
    if (isChanged) changed.add(`${app}/${machine}`);
  }
  if (changed.size > limit)
    report.found(`changed ${changed.size} machines, and its limit is ${limit}`, { run: run.id });
}

/** A post puts back what steps of its job have changed, and nothing else. */
function lookAtPost(view: View, run: ProcessRun, changes: readonly Sent[], report: Report): void {
  if (changes.length === 0) return;
  const mains = view.history.runs.filter((it) => it.job === run.job && it.part === 'main');
  const touched = new Set(
    mains.flatMap((it) =>
      wishOf(it.step).restore
        ? view
            .sentBy(it)
            .flatMap(({ changes: isChange, app, machine }) => (isChange ? `${app}/${machine}` : []))
        : [],
    ),
  );
  const strange = changes.find(({ app, machine }) => !touched.has(`${app}/${machine}`));
  if (strange !== undefined)
    report.found(`sends ${strange.kind} to a machine that no step with \`restore\` of its job has changed`, {
      run: run.id,
      machine: strange.machine,
    });
}
