import { ActionError } from '../../../errors.js';
import type { Parser } from './parsers.js';

/** Form of what YAML makes of text that looks like a number, but is too big for one or is written with an exponent. */
const NO_WORD = /^(?:[-+]?(?:Infinity|\.(?:inf|Inf|INF))|NaN|\.(?:nan|NaN|NAN)|-?\d+(?:\.\d+)?[eE][-+]\d+)$/;
const NUMBER = /^[-+]?\d+(?:\.\d+)?$/;
/** Length of Fly's machine ids in characters. They are hexadecimal, so that as many digits alone may be one. */
const DIGITS_OF_ID = 14;

/** Reads a word by `parse`. Throws an `input` error for one that can only be a number that YAML has made of it. */
export const unquoted =
  (parse: Parser<string>): Parser<string> =>
  (text) => {
    if (NO_WORD.test(text)) throw madeByYaml(text, 'Quote it in the workflow.');
    return parse(text);
  };

/**
 * Reads the id or name of a machine by `parse`. Throws an `input` error for one that can only be a number that YAML has
 * made of an id. One id in three hundred is a number to YAML: `08058490142389` loses its zero, `9080524e610787` becomes
 * `Infinity`.
 */
export const unquotedId =
  (parse: Parser<string>): Parser<string> =>
  (text) => {
    if (NO_WORD.test(text) || (NUMBER.test(text) && text.length !== DIGITS_OF_ID))
      throw madeByYaml(
        text,
        "Quote the id in the workflow, such as '08058490142389'. Give the id of a machine whose name is a number.",
      );
    return parse(text);
  };

function madeByYaml(text: string, hint: string): ActionError {
  return new ActionError(
    'input',
    `has \`${text.slice(0, 40)}\`, which is what YAML makes of an id or name that looks like a number`,
    {
      hint,
    },
  );
}
