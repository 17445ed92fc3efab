import { ActionError } from '../../../errors.js';
import type { Parser } from './parsers.js';

/** What YAML makes of text that looks like a number too big for one, or that it writes with an exponent. */
const NO_WORD = /^(?:[-+]?(?:Infinity|\.(?:inf|Inf|INF))|NaN|\.(?:nan|NaN|NAN)|-?\d+(?:\.\d+)?[eE][-+]\d+)$/;
const NUMBER = /^[-+]?\d+(?:\.\d+)?$/;
/** Fly's machine ids are hexadecimal; so long a number of digits alone may be one. */
const DIGITS_OF_ID = 14;

/** A word; throws where it can only be a number that YAML has made of one. */
export const unquoted =
  (parse: Parser<string>): Parser<string> =>
  (text) => {
    if (NO_WORD.test(text)) throw madeByYaml(text, 'Quote it in the workflow.');
    return parse(text);
  };

/**
 * The id or name of a machine; throws where it can only be a number that YAML has made of an id. One id in three
 * hundred is a number to YAML: `08058490142389` loses its zero, `9080524e610787` becomes `Infinity`.
 */
export const unquotedId =
  (parse: Parser<string>): Parser<string> =>
  (text) => {
    if (NO_WORD.test(text) || (NUMBER.test(text) && text.length !== DIGITS_OF_ID))
      throw madeByYaml(
        text,
        "Quote the id in the workflow, such as '08058490142389'. A machine whose name is a number is to be given by its id.",
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
