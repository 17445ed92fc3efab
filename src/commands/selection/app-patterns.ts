/** True for a text of `app` that is a pattern or an exclusion rather than a name: it chooses among an organization's apps. */
export function isPattern(text: string): boolean {
  return text.includes('*') || isExclusion(text);
}

/** True for a text that leaves apps out (`!staging-billing`). */
export function isExclusion(text: string): boolean {
  return text.startsWith('!');
}

/** True for a pattern that every app fits: `*`. */
export function isEveryApp(text: string): boolean {
  return /^\*+$/.test(text);
}

/**
 * Returns whether a name fits a pattern, in which `*` is any text, or none. Upper and lower case are the same: an
 * exclusion that missed by its case would let an app through. The name may be a pattern too: it fits another pattern
 * when every name that fits the first fits the second.
 */
export function fits(name: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const [head = ''] = parts;
  const tail = parts.length > 1 ? (parts.at(-1) ?? '') : undefined;
  const text = name.toLowerCase();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  // The leftmost match of each part leaves the most room for the parts behind it.
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Returns the same texts with `*` in front where all are exclusions: exclusions alone mean all other apps. */
export function spelledOut(apps: readonly string[]): readonly string[] {
  return apps.length > 0 && apps.every(isExclusion) ? ['*', ...apps] : apps;
}

/** Returns the names that are excluded as well. */
export function atOdds(apps: readonly string[]): string[] {
  return apps.filter((app) => !isPattern(app) && isExcluded(app, apps));
}

/** Returns whether one of the texts is an exclusion that the app fits. */
export function isExcluded(name: string, apps: readonly string[]): boolean {
  return apps.some((app) => isExclusion(app) && fits(name, app.slice(1)));
}

/** Apps of an organization that the texts choose. */
export interface ChosenApps {
  /** Names, each once, in the order of the texts; sorted where one text chooses several. */
  readonly names: readonly string[];
  /** Patterns that no app fits. */
  readonly lost: readonly string[];
  /** Exclusions that no app fits. */
  readonly idle: readonly string[];
}

/**
 * Chooses among the apps that exist; without texts, chooses all of them. Exclusions narrow patterns only: a name
 * that is given in full stays, even if no such app exists.
 */
export function chooseApps(apps: readonly string[], existing: readonly string[]): ChosenApps {
  const texts = apps.length === 0 ? ['*'] : spelledOut(apps);
  const sorted = [...existing].sort();
  const fitting = (pattern: string) => sorted.filter((name) => fits(name, pattern));
  const including = texts.filter((text) => !isExclusion(text));
  const names = including.flatMap((text) =>
    isPattern(text) ? fitting(text).filter((name) => !isExcluded(name, texts)) : [text],
  );
  return {
    names: [...new Set(names)],
    lost: including.filter((text) => isPattern(text) && fitting(text).length === 0),
    idle: texts.filter((text) => isExclusion(text) && fitting(text.slice(1)).length === 0),
  };
}
