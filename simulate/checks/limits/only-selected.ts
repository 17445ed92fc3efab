import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { staleness } from '../view/calm.js';
import { whyNoMore, whyNot } from '../view/chosen.js';
import { lastLook } from '../view/last-look.js';
import { isBy, type Life, stateAt } from '../view/life.js';
import { lifeOf, type RunScope, scopeOf } from '../view/scope.js';
import { isLifecycle, type Sent } from '../view/sent.js';
import { statesIn, type TruthSpan } from '../view/span.js';
import { type Wish, wishOf } from '../view/wish.js';

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

/** Returns why a change must not go out any more, by what the run has seen since it listed the machine. */
function whySuddenly(
  view: View,
  run: ProcessRun,
  wish: Wish,
  life: Life,
  sent: Sent,
  isSweeping: boolean,
): string | undefined {
  const { kind, exchange } = sent;
  if (!isLifecycle(kind) && kind !== 'exec') return undefined;
  if (kind === 'stop' && mayFallBack(wish) && !wasRefused(view, run, sent))
    return 'was not refused to be suspended';
  const from = lastLook(view, run, life, sent);
  if (from <= run.startedAt) return undefined;
  const span = { from, until: exchange.at };
  return whyNoMore(wish, life, span, isSweeping) ?? turned(view, run, wish, life, span);
}

function mayFallBack({ command, idleAction }: Wish): boolean {
  return command === 'suspend' || (command === 'stop-idle' && idleAction === 'suspend');
}

/** Returns whether a suspend of the run was refused for the machine's own sake before its stop went out. */
function wasRefused(view: View, run: ProcessRun, { app, machine, exchange }: Sent): boolean {
  return view.sentBy(run).some(({ kind, exchange: { at, reply }, ...it }) => {
    if (kind !== 'suspend' || it.app !== app || it.machine !== machine || at > exchange.at) return false;
    return (
      !('fault' in reply) &&
      reply.status >= 400 &&
      reply.status < 500 &&
      ![401, 403, 408, 429].includes(reply.status)
    );
  });
}

/** Returns why a machine that somebody else put down after it was listed is to be left as it is. */
function turned(
  view: View,
  run: ProcessRun,
  { command }: Wish,
  life: Life,
  span: TruthSpan,
): string | undefined {
  const unless = TURNED[command];
  const list = view
    .sentBy(run)
    .find(({ kind, app, isClear, accepted }) => kind === 'list' && app === life.app && isClear && accepted);
  if (unless === undefined || list === undefined || list.exchange.at >= span.from) return undefined;
  const listed = stateAt(life, list.exchange.at) ?? '';
  const been = [...statesIn(life, span)];
  if (unless.includes(listed) || !been.every((it) => unless.includes(it))) return undefined;
  return `was ${listed} when it was listed, and is ${been.join(', then ')} since`;
}

/** States in which a machine is left alone by a command that had listed it in another one. */
const TURNED: Readonly<Record<string, readonly string[]>> = {
  stop: ['suspended', 'suspending'],
  restart: ['suspended', 'suspending', 'stopped', 'stopping', 'created'],
};

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
