import type { WarmCount } from '../../../commands/warm-up/plan.js';
import type { StatusRange } from '../../../commands/warm-up/probe.js';
import { isLoopback } from '../../../discharge/third-party/origins.js';
import { ActionError } from '../../../errors.js';
import { excerpt } from '../../../text.js';
import { filter, type Parser } from './parsers.js';

const MOST = 100_000;

/** How many machines: `all`, a number, or a number for each of some regions (`fra=2, iad=1`). */
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

/** A URL of an app: https, or http on this machine. What is in it is shown in logs, save for its query. */
export const probeUrl: Parser<URL> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refuse('is not a URL');
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  if (!isSafe) throw refuse(`is ${url.protocol}//${url.host}, but must be https`);
  if (url.username !== '' || url.password !== '') throw refuse('has a user or a password in it');
  url.hash = '';
  return url;
};

/** Statuses and ranges of them: `200-399`, `200, 204, 401-403`. */
export const probeStatus: Parser<StatusRange[]> = (text) =>
  filter((part) => part)(text).map((part) => {
    const [, first = '', last = first] = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(part) ?? [];
    const range = { least: Number(first), most: Number(last) };
    if (first === '' || range.most < range.least)
      throw refuse(`has \`${excerpt(part)}\`, which is not a status or a range such as \`200-399\``);
    return range;
  });

function refuse(what: string): ActionError {
  return new ActionError('input', what);
}
