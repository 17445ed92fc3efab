import type { Keep } from '../../../commands/idle/keep.js';
import type { MaxUnavailable } from '../../../commands/rolling/max-unavailable.js';
import type { WarmCount } from '../../../commands/warm-up/plan.js';
import type { StatusRange } from '../../../commands/warm-up/probe.js';
import { excerpt } from '../../../text.js';
import { filter, type Parser, refuse } from './parsers.js';

const MOST = 100_000;

/** Reads how many machines to warm up: `all`, a number, or a number for each of some regions (`fra=2, iad=1`). */
export const warmCount: Parser<WarmCount> = (text) => {
  if (text === 'all') return 'all';
  if (/^\d+$/.test(text)) return numberIn(text);
  const pairs = filter(countOfRegion)(text).map((pair): [string, number] => {
    const [region = '', number = ''] = pair.split('=');
    return [region, numberIn(number)];
  });
  const counts = new Map(pairs);
  if (counts.size < pairs.length) throw refuse('names a region twice');
  return counts;
};

const countOfRegion: Parser<string> = (text) => {
  const [, region, number] = /^([a-z]{3})\s*=\s*(\d+)$/.exec(text) ?? [];
  if (region === undefined)
    throw refuse(`has \`${excerpt(text)}\`, which is not \`all\`, a number, or of the form \`fra=2, iad=1\``);
  return `${region}=${number}`;
};

function numberIn(text: string): number {
  const number = Number(text);
  if (number >= 1 && number <= MOST) return number;
  throw refuse(`has \`${excerpt(text)}\`, but must be a number from 1 to ${MOST}`);
}

/** Reads how many machines stay started: `1` per app, `region=1`, `process-group=1`, or several of these. */
export const keeps: Parser<readonly Keep[]> = (text) => {
  const found = filter((value) => value)(text).map(keepIn);
  const twice = found.find(({ per }, index) => found.findIndex((it) => it.per === per) !== index);
  if (twice !== undefined) throw refuse(`has \`${twice.per}\` twice`);
  return found;
};

function keepIn(text: string): Keep {
  const [, per = 'app', digits = ''] = /^(?:([a-z-]+)\s*=\s*)?(\d{1,5})$/.exec(text) ?? [];
  if (Number(digits) < 1 || !isGroup(per))
    throw refuse(
      `has \`${excerpt(text)}\`, which is not of the form \`1\`, \`region=1\` or \`process-group=1\``,
    );
  return { per, least: Number(digits) };
}

function isGroup(text: string): text is Keep['per'] {
  return text === 'app' || text === 'region' || text === 'process-group';
}

/** Reads statuses and ranges of them: `200-399`, `200, 204, 401-403`. */
export const probeStatus: Parser<StatusRange[]> = (text) =>
  filter((part) => part)(text).map((part) => {
    const [, first = '', last = first] = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(part) ?? [];
    const range = { least: Number(first), most: Number(last) };
    if (first === '' || range.most < range.least)
      throw refuse(`has \`${excerpt(part)}\`, which is not a status or a range such as \`200-399\``);
    return range;
  });

/** Reads how many machines may be down at once: a number of them, or a share such as `33%`. */
export const maxUnavailable: Parser<MaxUnavailable> = (text) => {
  const [, digits = '', sign = ''] = /^(\d{1,6})\s*(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (number < 1 || number > (sign === '%' ? 100 : MOST))
    throw refuse(
      `is \`${excerpt(text)}\`, but must be a number of machines from 1 to ${MOST}, or a share from \`1%\` to \`100%\``,
    );
  return sign === '%' ? { percent: number } : { machines: number };
};
