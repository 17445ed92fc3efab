/** Whether a text of `app` chooses among an organization's apps: it is a pattern or an exclusion, and no name. */
export function isPattern(text: string): boolean {
  return text.includes('*') || isExclusion(text);
}

/** Whether it leaves apps out (`!staging-billing`). */
export function isExclusion(text: string): boolean {
  return text.startsWith('!');
}

/** Whether it stands for each and every app. */
export function isEveryApp(text: string): boolean {
  return /^\*+$/.test(text);
}

/**
 * Whether a name fits a pattern, in which `*` is any text, or none. Upper and lower case are the same, since an
 * exclusion that misses by its case would let something through. The name may be a pattern too: one fits another
 * when all names that fit the one fit the other.
 */
export function fits(name: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const [head = ''] = parts;
  const tail = parts.length > 1 ? (parts.at(-1) ?? '') : undefined;
  const text = name.toLowerCase();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  // Leftmost places leave the most room for what follows.
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** The same texts in a form that says what they mean: exclusions alone are all apps but those. */
export function spelledOut(apps: readonly string[]): readonly string[] {
  return apps.length > 0 && apps.every(isExclusion) ? ['*', ...apps] : apps;
}

/** Texts that are names and are excluded as well. */
export function atOdds(apps: readonly string[]): string[] {
  return apps.filter((app) => !isPattern(app) && isExcluded(app, apps));
}

/** Whether one of the texts' exclusions is about an app. */
export function isExcluded(name: string, apps: readonly string[]): boolean {
  return apps.some((app) => isExclusion(app) && fits(name, app.slice(1)));
}

/** Which of an organization's apps the texts choose. */
export interface ChosenApps {
  /** Each once: in the order of the texts, and of the names where one text chooses several. */
  readonly names: readonly string[];
  /** Patterns that no app fits. */
  readonly lost: readonly string[];
  /** Exclusions that no app fits. */
  readonly idle: readonly string[];
}

/**
 * Chooses among the apps that exist; without texts, all of them. Exclusions narrow patterns: a name that is given in
 * full stays, even one that doesn't exist.
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
