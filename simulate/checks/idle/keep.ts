import { settingsOf, stalestMs } from '../time/weather.js';
import { isBy, type Life, stateAt } from '../view/life.js';
import type { IdleQuestion } from './question.js';

/** Process groups of machines that Fly makes for itself. */
const SPECIAL: ReadonlySet<string> = new Set([
  'fly_app_release_command',
  'fly_app_test_machine_command',
  'fly_app_console',
]);

/** Keep: so many started machines at least in each part of an app. */
interface Keep {
  readonly per: 'app' | 'region' | 'process-group';
  readonly least: number;
}

/**
 * Returns how a machine that was taken down has left fewer than `keep` in its part of the app, where nobody else took any
 * down since the step began; undefined where enough are left, or it can't be told.
 */
export function keptBroken(question: IdleQuestion): string | undefined {
  const { run, life, view, at } = question;
  const { inputs } = run.step;
  // A share counts its own machines, and a list that shows less than there is can't be counted.
  if ((inputs['shard'] ?? 'none') !== 'none' || !mayServe(life, at - 1)) return undefined;
  if (settingsOf(view.script).some(({ listShows = 'all' }) => listShows !== 'all')) return undefined;
  const since = run.startedAt - stalestMs(view.script);
  for (const keep of keepsIn(inputs['keep'] ?? 'none')) {
    const others = [...view.lives.values()].filter((it) => isTogether(it, life, keep));
    if (others.some((it) => hasOthersAtWork(it, question, since))) continue;
    const left = others.filter((it) => mayServe(it, at)).length;
    if (left < keep.least) return `${left} instead of ${keep.least} are left per ${keep.per}`;
  }
  return undefined;
}

function keepsIn(text: string): Keep[] {
  return text.split(/[\s,]+/).flatMap((word): Keep[] => {
    if (/^\d+$/.test(word)) return [{ per: 'app', least: Number(word) }];
    const [, per, least] = /^(region|process-group)=(\d+)$/.exec(word) ?? [];
    return per === 'region' || per === 'process-group' ? [{ per, least: Number(least) }] : [];
  });
}

function isTogether(one: Life, other: Life, { per }: Keep): boolean {
  if (one.app !== other.app) return false;
  if (per === 'region') return one.born?.region === other.born?.region;
  return per === 'app' || one.born?.processGroup === other.born?.processGroup;
}

function hasOthersAtWork({ happenings }: Life, { run, at }: IdleQuestion, since: number): boolean {
  return happenings.some(
    (it) =>
      it.at >= since && it.at <= at && (it.kind === 'state' || it.kind === 'cordon') && !isBy(it, run.id),
  );
}

/** Returns whether a machine keeps its app up, as far as that can be told from outside. */
function mayServe(life: Life, time: number): boolean {
  const { spec, cordons, born } = life;
  const { config, behaviour } = spec ?? {};
  const isJob = config?.auto_destroy === true || config?.schedule !== undefined;
  const isCordoned = cordons.filter((it) => it.at <= time).at(-1)?.is === true;
  const isSpecial = (config?.standbys ?? []).length > 0 || SPECIAL.has(born?.processGroup ?? '');
  return (
    stateAt(life, time) === 'started' &&
    !isCordoned &&
    !isJob &&
    !isSpecial &&
    behaviour?.unreachable !== true
  );
}
