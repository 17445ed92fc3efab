import { catalogue } from './catalogue.js';

/**
 * Returns the coverage as lines: for each group how much of it was seen, and what was seen never or less often than wanted.
 */
export function coverageTable(counts: ReadonlyMap<string, number>, wanted: number): string[] {
  return [...catalogue()].flatMap(([group, names]) => {
    const seen = names.map((name) => ({ name, count: counts.get(`${group}: ${name}`) ?? 0 }));
    const never = seen.filter(({ count }) => count === 0).map(({ name }) => name);
    const seldom = seen
      .filter(({ count }) => count > 0 && count < wanted)
      .map(({ name, count }) => `${name} (${count})`);
    const head = `${group}: ${names.length - never.length} of ${names.length} seen, ${names.length - never.length - seldom.length} at least ${wanted} times`;
    return [
      head,
      ...(never.length > 0 ? [`  never: ${never.join(', ')}`] : []),
      ...(seldom.length > 0 ? [`  seldom: ${seldom.join(', ')}`] : []),
    ];
  });
}
