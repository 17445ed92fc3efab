import type { Script } from '../script/script.js';

/** Most scripts that are tried for one finding. */
const MOST_TRIES = 1_500;

/** Records of which any entry can be left out. */
const FREE: ReadonlySet<string | number> = new Set([
  'inputs',
  'settings',
  'aaa',
  'own',
  'env',
  'metadata',
  'tokens',
  'config',
]);
/** Fields of other records that can't. */
const NEEDED = new Set(
  'start seed settings apps tokens jobs others weather moods name org machines id kind command inputs steps runner startsAt env clock offsetMs jumps at byMs app machine does fault from until rate ms'.split(
    ' ',
  ),
);

/** Place within a plain value: names and numbers from the outside in. */
type Path = readonly (string | number)[];

/**
 * Makes a script smaller as long as it fails in the same way: drops jobs, steps, machines, faults, deeds, inputs and settings, many
 * at once where it can. `fails` plays a script; one that can't be played doesn't fail in that way.
 */
export async function shrink(
  script: Script,
  fails: (script: Script) => Promise<boolean>,
  mostTries = MOST_TRIES,
): Promise<Script> {
  let smallest = script;
  let tries = 0;
  for (let before: Script | undefined; before !== smallest; ) {
    before = smallest;
    for (const path of pathsIn(smallest)) {
      // Many at once first, then ever fewer: most of a script has nothing to do with the failure.
      for (let size = removable(smallest, path).length; size >= 1; size = Math.floor(size / 2)) {
        for (let from = 0; from < removable(smallest, path).length; ) {
          if (tries >= mostTries) return smallest;
          tries += 1;
          const smaller = without(smallest, path, removable(smallest, path).slice(from, from + size));
          if (await fails(smaller)) smallest = smaller;
          else from += size;
        }
      }
    }
  }
  return smallest;
}

/** Returns where the lists and records of a script are, the outermost first. */
function pathsIn(script: Script): Path[] {
  const paths: Path[] = [];
  const walk = (value: unknown, path: Path) => {
    if (typeof value !== 'object' || value === null) return;
    paths.push(path);
    for (const [name, inner] of Object.entries(value))
      walk(inner, [...path, Array.isArray(value) ? Number(name) : name]);
  };
  walk(script, []);
  return paths.sort((a, b) => a.length - b.length);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (outer, name) => (typeof outer === 'object' && outer !== null ? Reflect.get(outer, name) : undefined),
    value,
  );
}

/** Returns the names or numbers of what can be left out at a place. */
function removable(script: Script, path: Path): readonly (string | number)[] {
  const value = valueAt(script, path);
  if (Array.isArray(value)) return [...value.keys()];
  if (typeof value !== 'object' || value === null) return [];
  const isFree = FREE.has(path.at(-1) ?? '');
  return Object.keys(value).filter((name) => isFree || !NEEDED.has(name));
}

/** Returns a copy in which some entries of a list or record are missing. */
function without(script: Script, path: Path, names: readonly (string | number)[]): Script {
  const copy = structuredClone(script);
  const value = valueAt(copy, path);
  if (typeof value === 'object' && value !== null)
    for (const name of names.toReversed()) {
      if (Array.isArray(value)) value.splice(Number(name), 1);
      else Reflect.deleteProperty(value, name);
    }
  return copy;
}
