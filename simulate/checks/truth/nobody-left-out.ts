import type { ProcessRun } from '../../history/history.js';
import type { Check, View } from '../check.js';
import { timeLimitOf } from '../time/time-limit.js';
import { gives, staleness } from '../view/calm.js';
import { certainlyFits } from '../view/chosen.js';
import type { Life } from '../view/life.js';
import { lifeOf } from '../view/scope.js';
import { statesIn, wholeRuns } from '../view/span.js';
import { jsonIn } from '../view/told.js';
import { isUnlisted } from '../view/unlisted.js';
import { type Wish, wishOf } from '../view/wish.js';

/** States of machines that a list may leave out. */
const MAY_HIDE = ['destroyed', 'destroying', 'replaced', 'migrated', 'launch_failed'];

/** Time of a step, in milliseconds, in which one app that doesn't answer leaves time for others. */
const LONG_MS = 30_000;

/** Promise that a green step has left no machine out. */
export const nobodyLeftOut: Check = {
  name: 'nobody left out',
  promise:
    'A green step tells of each machine that its filters choose beyond doubt, and could list each of its apps; an app that can’t be listed does not hide the others.',
  look: (view, report) => {
    for (const run of wholeRuns(view.history)) {
      const wish = wishOf(run.step);
      const told = view.told(run);
      const apps = jsonIn(run.outputs['apps']);
      if (told === undefined || !Array.isArray(apps) || !isOfMachines(wish)) continue;
      if (run.succeeded !== true && !isPartial(view, run, wish, apps.map(String))) continue;
      const known = new Set(told.map(({ app, id }) => `${app}/${id}`));
      for (const app of apps.map(String)) {
        if (isUnlisted(view, run, app)) {
          if (run.succeeded === true && !wish.warns)
            report.found(`is green although it could not list ${app}`, { run: run.id });
          continue;
        }
        // With lists that may be empty although there are machines, an app may have failed, which then is a warning.
        if (
          !isListed(view, run, app) ||
          ((wish.warns || run.succeeded !== true) && gives(view.script, 'listShows'))
        )
          continue;
        for (const { id } of view.script.apps.find(({ name }) => name === app)?.machines ?? []) {
          const life = lifeOf(view, app, id);
          if (life === undefined || !isChosen(view, run, wish, life)) continue;
          report.seen();
          if (!known.has(`${app}/${id}`))
            report.found(
              `is ${run.succeeded === true ? 'green' : 'red for another app'} and tells nothing of it`,
              { run: run.id, machine: id },
            );
        }
      }
    }
  },
};

function isOfMachines({ command }: Wish): boolean {
  return command !== 'auth' && command !== 'inspect';
}

/** Returns whether a red step had one app that it could list beside one that it could not: that one must not hide the other. */
function isPartial(view: View, run: ProcessRun, wish: Wish, apps: readonly string[]): boolean {
  // A record that can't be kept, or a cancel, ends the step as a whole.
  if (wish.restore || run.cancelledAt !== undefined) return false;
  // One app may take ten seconds of a step's time.
  if (timeLimitOf(run, view.script) < LONG_MS) return false;
  return apps.some((app) => isUnlisted(view, run, app)) && apps.some((app) => isListed(view, run, app));
}

function isChosen({ script }: View, run: ProcessRun, wish: Wish, life: Life): boolean {
  const span = { from: run.startedAt - staleness(script), until: run.endedAt };
  // A server that lags behind does not know a machine that has just been created.
  const [first] = life.states;
  if (first?.is === 'created' && first.at >= span.from && staleness(script) > 0) return false;
  if (life.born === undefined || life.spec?.behaviour?.zombie === true) return false;
  if (MAY_HIDE.some((it) => statesIn(life, span).has(it))) return false;
  return certainlyFits(wish, life, span);
}

/** Returns whether the world itself has told of an app, whole and true. */
function isListed(view: View, run: ProcessRun, app: string): boolean {
  if (gives(view.script, 'orgErrorRegions') || lies(view)) return false;
  const sent = view.sentBy(run);
  // An empty list is believed where the number of machines can't be read, be it that no connection comes about.
  const isMet = view.history.faults?.some(({ by }) => by === run.id) === true;
  if (gives(view.script, 'listShows') && (isMet || sent.some(({ isClear }) => !isClear))) return false;
  const lists = sent.filter((it) => it.kind === 'list' && it.app === app);
  return lists.length > 0 && lists.every(({ isClear, accepted }) => isClear && accepted);
}

/** Returns whether lists may show a part of the machines, which nobody can notice. */
function lies({ script }: View): boolean {
  return [script.settings, ...script.moods.map(({ settings }) => settings)].some(
    ({ listShows }) => listShows === 'one-region',
  );
}
