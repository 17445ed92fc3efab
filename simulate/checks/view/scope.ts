import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import { type Life, lifeKey } from './life.js';
import { type Wish, wishOf } from './wish.js';

/** Apps that a run may be about. */
export interface RunScope {
  readonly has: (life: Life) => boolean;
  /** True where apps are meant that nobody has named one by one. */
  readonly isSweeping: boolean;
  /** True where one of the places means such apps, so that the run may, too. */
  readonly maySweep: boolean;
}

/** Apps that one place names. */
interface Named {
  readonly apps: readonly string[] | undefined;
  readonly org: string | undefined;
}

/**
 * Returns the apps that a run may be about: by its own inputs, else by any that the job's `auth` steps before it or its
 * environment name. Undefined where nothing names any.
 */
export function scopeOf(view: View, run: ProcessRun): RunScope | undefined {
  const orgs = new Map(view.script.apps.map(({ name, org }) => [name, org]));
  const own = wishOf(run.step);
  const around = namedAround(view, run, own);
  // A session of an organization that names apps is about these, be they apps of it or not.
  const sessions = own.org === undefined ? around : around.filter(({ org }) => org !== undefined);
  const named = own.apps === undefined ? [...sessions] : [];
  if (own.apps !== undefined || own.org !== undefined) named.push(completed(own, around));
  if (named.length === 0) return undefined;
  const sweeping = named.filter(
    ({ apps, org }) => org !== undefined || (apps ?? []).some((it) => /[*!]/.test(it)),
  );
  return {
    has: ({ app }) => named.some((it) => covers(it, app, orgs.get(app))),
    isSweeping: sweeping.length === named.length,
    maySweep: sweeping.length > 0,
  };
}

/** Adds the organization of a session to patterns that come without. */
function completed({ apps, org }: Named, around: readonly Named[]): Named {
  if (org !== undefined || !(apps ?? []).some((it) => /[*!]/.test(it))) return { apps, org };
  return { apps, org: around.find((it) => it.org !== undefined)?.org };
}

function namedAround({ script, history }: View, run: ProcessRun, own: Wish): Named[] {
  const sessions = history.runs.filter(
    (it) =>
      it.job === run.job && it.part === 'main' && it.step.command === 'auth' && it.startedAt < run.startedAt,
  );
  const env = script.jobs.find(({ name }) => name === run.job)?.env['FLY_APP'];
  const named = sessions
    .map(({ step }) => wishOf(step))
    .filter(({ apps, org }) => apps !== undefined || org !== undefined);
  return [
    ...(own.org === undefined ? named : named.filter(({ org }) => org === own.org)),
    ...(env === undefined ? [] : [{ apps: [env], org: undefined }]),
  ];
}

function covers({ apps, org }: Named, app: string, itsOrg: string | undefined): boolean {
  const texts = apps ?? [];
  if (texts.includes(app)) return true;
  if (org === undefined || org !== itsOrg) return false;
  const wanted = texts.filter((it) => !it.startsWith('!'));
  const unwanted = texts.filter((it) => it.startsWith('!')).map((it) => it.slice(1));
  const isWanted = wanted.length === 0 || wanted.some((it) => fitsPattern(app, it));
  return isWanted && !unwanted.some((it) => fitsPattern(app, it));
}

/** Returns whether a name fits a pattern with `*`, by trying the stars one after another. */
export function fitsPattern(name: string, pattern: string): boolean {
  if (pattern === '') return name === '';
  const [first = '', rest] = [pattern.charAt(0).toLowerCase(), pattern.slice(1)];
  if (first !== '*')
    return name.charAt(0).toLowerCase() === first && name !== '' && fitsPattern(name.slice(1), rest);
  return fitsPattern(name, rest) || (name !== '' && fitsPattern(name.slice(1), pattern));
}

/** Returns the life of a machine that a request or an output names. */
export function lifeOf(view: View, app: string, id: string): Life | undefined {
  return view.lives.get(lifeKey(app, id));
}
