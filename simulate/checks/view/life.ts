import type { Cause, Happening } from '../../../emulator/happening.js';
import type { FleetMachine, History } from '../../history/history.js';
import type { Script, ScriptMachine } from '../../script/script.js';

/** State of a machine, cordon or a metadata key from a time on; without a cause for how it was at the start. */
export interface Since<T> {
  readonly at: number;
  readonly is: T;
  readonly cause: Cause | undefined;
}

/** Everything that happened to one machine, in the order of time. */
export interface Life {
  readonly app: string;
  readonly id: string;
  /** Machine at the start; undefined where it joined later. */
  readonly born: FleetMachine | undefined;
  /** Machine as the script describes it. */
  readonly spec: ScriptMachine | undefined;
  readonly happenings: readonly Happening[];
  /** States one after another, the one at the start first. */
  readonly states: readonly Since<string>[];
  readonly cordons: readonly Since<boolean>[];
  /** Metadata at the start; later values are among the happenings. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Returns the key of a machine in a view. */
export function lifeKey(app: string, id: string): string {
  return `${app}/${id}`;
}

/** Sorts what happened by machine and time. Equal times keep the order in which they were noticed. */
export function livesOf(script: Script, { fleet, happenings }: History): Map<string, Life> {
  const byMachine = new Map<string, Happening[]>();
  for (const machine of fleet) byMachine.set(lifeKey(machine.app, machine.id), []);
  for (const it of happenings) {
    const key = lifeKey(it.app, it.machine);
    const known = byMachine.get(key);
    if (known === undefined) byMachine.set(key, [it]);
    else known.push(it);
  }
  const born = new Map(fleet.map((it) => [lifeKey(it.app, it.id), it]));
  const specs = new Map(
    script.apps.flatMap(({ name, machines }) => machines.map((it) => [lifeKey(name, it.id), it] as const)),
  );
  const lives = new Map<string, Life>();
  for (const [key, all] of byMachine) {
    if (all.some((it, at) => at > 0 && it.at < (all[at - 1]?.at ?? 0))) all.sort((a, b) => a.at - b.at);
    lives.set(key, lifeOf(key, born.get(key), specs.get(key), all));
  }
  return lives;
}

function lifeOf(
  key: string,
  born: FleetMachine | undefined,
  spec: ScriptMachine | undefined,
  happenings: readonly Happening[],
): Life {
  const states: Since<string>[] = [];
  const cordons: Since<boolean>[] = [];
  if (born !== undefined) {
    states.push({ at: born.since, is: born.state, cause: undefined });
    cordons.push({ at: Number.NEGATIVE_INFINITY, is: born.cordoned, cause: undefined });
  }
  for (const it of happenings) {
    const { at, cause } = it;
    if (it.kind === 'state') states.push({ at, is: it.to, cause });
    if (it.kind === 'created') states.push({ at, is: it.state, cause });
    if (it.kind === 'cordon') cordons.push({ at, is: it.cordoned, cause });
  }
  const slash = key.indexOf('/');
  const [app, id] = [key.slice(0, slash), key.slice(slash + 1)];
  return { app, id, born, spec, happenings, states, cordons, metadata: born?.metadata ?? {} };
}

/** Returns what held at a time: of changes at that very time, the last. Undefined before the first. */
export function heldAt<T>(all: readonly Since<T>[], time: number): Since<T> | undefined {
  let found: Since<T> | undefined;
  for (const it of all) {
    if (it.at > time) break;
    found = it;
  }
  return found;
}

/** Returns all that held at some moment of a span, both its ends included: also what ended at its very begin. */
export function heldWithin<T>(all: readonly Since<T>[], from: number, until: number): Since<T>[] {
  return all.filter(({ at }, place) => {
    const end = all[place + 1]?.at ?? Number.POSITIVE_INFINITY;
    return at <= until && end >= from;
  });
}

/** Returns a machine's state at a time. */
export function stateAt({ states }: Life, time: number): string | undefined {
  return heldAt(states, time)?.is;
}

/** Returns the value of a metadata key at a time. */
export function metadataAt({ happenings, metadata }: Life, key: string, time: number): string | undefined {
  let value = metadata[key];
  for (const it of happenings) {
    if (it.at > time) break;
    if (it.kind === 'metadata' && it.key === key) value = it.after;
  }
  return value;
}

/** Returns whether a happening comes of a request of this run. */
export function isBy({ cause }: Pick<Happening, 'cause'>, run: string): boolean {
  return cause.kind === 'request' && cause.by === run;
}

/** Returns what somebody or something else than this run did to the machine within a span. */
export function byOthers({ happenings }: Life, run: string, from: number, until: number): Happening[] {
  return happenings.filter((it) => it.at >= from && it.at <= until && !isBy(it, run));
}
