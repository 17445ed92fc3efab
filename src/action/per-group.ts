import type { Keep } from '../commands/keep.js';
import type { WarmCount } from '../commands/warm-plan.js';
import { ActionError } from '../errors.js';
import { list, type Parser } from './parsers.js';

const MOST = 10_000;

/** How many machines stay started: `1` per app, `region=1`, `process-group=1`, or several of these. */
export const keeps: Parser<readonly Keep[]> = (text) => {
  const found = entries(text).map(({ key = 'app', number }): Keep => {
    if (key !== 'app' && key !== 'region' && key !== 'process-group')
      throw refuse(`has \`${key}\`, but can be per \`app\`, \`region\` or \`process-group\` only`);
    return { per: key, least: number };
  });
  return unique(found, ({ per }) => per);
};

/** How many machines are to be ready: `all`, a number, or so many per region (`fra=2, iad=1`). */
export const warmCount: Parser<WarmCount> = (text) => {
  if (text === 'all') return 'all';
  const found = entries(text);
  const [first] = found;
  if (first !== undefined && found.length === 1 && first.key === undefined) return first.number;
  const perRegion = unique(found, ({ key }) => key ?? '').map(({ key, number }): [string, number] => {
    if (key === undefined) throw refuse('has a number for all beside numbers for regions');
    return [key, number];
  });
  return new Map(perRegion);
};

interface Entry {
  readonly key: string | undefined;
  readonly number: number;
}

function entries(text: string): Entry[] {
  const values = list((value) => value)(text);
  if (values.length === 0) throw refuse('is a list of nothing');
  return values.map((value) => {
    const [, key, digits = ''] = /^(?:([a-z][a-z-]*)\s*=\s*)?(\d{1,5})$/i.exec(value) ?? [];
    const number = Number(digits);
    if (digits === '' || number < 1 || number > MOST)
      throw refuse(
        `has \`${value.slice(0, 60)}\`, which is neither a number from 1 to ${MOST} nor of the form \`fra=2\``,
      );
    return { key: key?.toLowerCase(), number };
  });
}

function unique<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  const keys = values.map(keyOf);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw refuse(`has \`${twice}\` twice`);
  return values;
}

function refuse(what: string): ActionError {
  return new ActionError('input', what);
}
