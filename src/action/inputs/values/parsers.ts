import type { Shard } from '../../../commands/selection/shard.js';
import { parseDuration } from '../../../duration.js';
import { ActionError } from '../../../errors.js';
import { nearMiss } from '../../../near-miss.js';
import { excerpt } from '../../../text.js';

/** Reads the text of an input, trimmed; throws an `input` error whose message fits behind the input's name. */
export type Parser<T> = (text: string) => T;

/** Returns the error of a parser; `what` stands behind the input's name. */
export function refuse(what: string, hint?: string): ActionError {
  return new ActionError('input', what, { hint });
}

/** Returns the error for a text that should have been one of a few words; `named` lists them. */
function refuseWord(text: string, words: readonly string[], named: string): ActionError {
  return refuse(`is \`${shown(text)}\`, but can be ${named} only`, nearMiss(text, words));
}

/** Reads `word`, a default that stands for nothing, as undefined, and anything else by `parse`. */
export const unless =
  <T>(word: string, parse: Parser<T>): Parser<T | undefined> =>
  (text) =>
    text === word ? undefined : parse(text);

/** Reads one of a few words. */
export const oneOf =
  <T extends string>(...words: readonly T[]): Parser<T> =>
  (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw refuseWord(text, words, words.map((it) => `\`${it}\``).join(', '));
    return found;
  };

/** Reads a boolean as YAML writes it. */
export const boolean: Parser<boolean> = (text) => {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw refuseWord(text, ['true', 'false'], '`true` or `false`');
};

/** Reads a boolean as YAML writes it, or one of a few words. */
export const booleanOrOneOf =
  <T extends string>(...words: readonly T[]): Parser<T | boolean> =>
  (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    if (/^(true|false)$/i.test(text)) return boolean(text);
    const all = ['true', 'false', ...words];
    throw refuseWord(text, all, all.map((it) => `\`${it}\``).join(', '));
  };

/** Reads a share of several, counted from 0: `2/8`. */
export const shard: Parser<Shard> = (text) => {
  const [, index = '', total = ''] = /^(\d{1,5})\s*\/\s*(\d{1,5})$/.exec(text) ?? [];
  if (index === '' || Number(total) === 0)
    throw refuse(`is \`${shown(text)}\`, which is not of the form \`2/8\``);
  if (Number(index) >= Number(total))
    throw refuse(
      `is \`${shown(text)}\`, but shares are counted from 0: the last of ${total} is \`${Number(total) - 1}/${total}\``,
    );
  return { index: Number(index), total: Number(total) };
};

/**
 * Reads a list: a JSON array of strings, or values between commas and line breaks. Only a literal `[]` is an empty list;
 * one of blanks alone is an error, since its values were lost.
 */
export const listOf = (each: Parser<string>, separator: RegExp = /[,\n]/): Parser<string[]> => {
  return (text) => {
    const values = (text.startsWith('[') ? jsonList(text) : text.split(separator)).map((it) => it.trim());
    const given = values.filter((value) => value !== '');
    if (given.length === 0 && values.length > 0) throw refuse('is given but empty', LOST);
    return [...new Set(given)].map(each);
  };
};

const LOST = 'Is the output, variable or dispatch input behind it misspelt or unset?';

/** Reads a list as `list` does, but an empty one is an error rather than a filter that lets everything pass. */
export const filter = (each: Parser<string>, separator?: RegExp): Parser<string[]> => {
  const parse = listOf(each, separator);
  return (text) => {
    const values = parse(text);
    if (values.length === 0) throw refuse('is an empty list');
    return values;
  };
};

/** Refuses a list with an empty value beside others: a lost value would widen the work. One comma may end a line. */
export const whole = <T>(parse: Parser<T>): Parser<T> => {
  return (text) => {
    const isShort = text.startsWith('[')
      ? jsonList(text).length > 1 && jsonList(text).some((value) => value.trim() === '')
      : /(?:^|,)[^\S\n]*,/m.test(text);
    const value = parse(text);
    if (isShort) throw refuse('has an empty value beside others', LOST);
    return value;
  };
};

/** Reads a JSON array of strings. Throws an `input` error for anything else. */
export function jsonList(text: string): string[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('begins with `[` but is not a JSON array', QUOTES);
  }
  if (!Array.isArray(json) || !json.every((it) => typeof it === 'string'))
    throw refuse('is not a JSON array of strings', QUOTES);
  return json;
}

const QUOTES =
  'Put each value in double quotes, as in `["a", "b"]`: without them, an id may be read as a number.';

/** Reads text that fits a pattern; `form` describes the pattern in the error. */
export const matching =
  (pattern: RegExp, form: string): Parser<string> =>
  (text) => {
    if (!pattern.test(text)) throw refuse(`has \`${shown(text)}\`, which is not ${form}`);
    return text;
  };

/** Reads a whole number from `least` to `most`, both included. */
export const wholeNumber =
  (least: number, most: number): Parser<number> =>
  (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw refuse(`is \`${shown(text)}\`, but must be a whole number from ${least} to ${most}`);
  };

/** Reads a number that may have a fraction, 0 or more. */
export const decimal: Parser<number> = (text) => {
  if (/^\d{1,12}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw refuse(`is \`${shown(text)}\`, but must be a number, 0 or more`);
};

/** Reads a duration from `least` to `most` ms, both included; returns ms. */
export const duration = (least: number, most: number): Parser<number> => {
  return (text) => {
    const ms = parseDuration(text);
    if (ms === undefined)
      throw refuse(`is \`${shown(text)}\`, which is not a duration like \`90s\`, \`1h30m\` or seconds`);
    const given = shown(text);
    if (ms < least || ms > most)
      throw refuse(
        `is \`${given}\`, but must be from ${goDuration(least)} to ${goDuration(most)}`,
        /\d$/.test(text) ? `\`${given}\` is ${given} seconds.` : undefined,
      );
    return ms;
  };
};

/** Writes ms in the form that users give: `1h30m`, `1.5s`. */
function goDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = (ms / 1000) % 60;
  const isAlone = hours === 0 && minutes === 0;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 || isAlone ? `${seconds}s` : ''}`;
}

/** Quotes a given text for a message: short, on one line, and without a token that landed in the wrong input. */
function shown(text: string): string {
  const line = excerpt(text);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
