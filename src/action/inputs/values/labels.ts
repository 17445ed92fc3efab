import { KEEP_ALIVE_UNTIL } from '../../../commands/keep-alive/hold.js';
import type { Label } from '../../../commands/label/labels.js';
import { OWN_HOURS } from '../../../commands/marks/mark-words.js';
import { ActionError } from '../../../errors.js';
import { parseHours } from '../../../hours/parse-hours.js';
import { enumerated, excerpt, timeIn } from '../../../text.js';
import { filter, matching, type Parser } from './parsers.js';

/** Pattern of a label: no key has what can't be seen, and no value what can't be read back as it was written. */
const PAIR = matching(/^[^=\s\p{C}]+=[^\p{Cc}\p{Cs}]*$/u, 'of the form `key=value`');
/** Pattern of a second label on the same line, which would become a part of the first one's value. */
const SECOND = /,\s*[^\s,=:/]+=/;

const line: Parser<string> = (text) => {
  if (/^fly_/i.test(text)) throw refused(text, "keys that begin with `fly_` are Fly's own");
  // In an address, such a key is a step up: to the machine itself.
  if (/^\.+=/.test(text)) throw refused(text, 'a key is more than dots');
  return PAIR(text);
};

const lines = filter(line, /\n/);

/** Reads metadata to set, a label on each line or in a JSON array; nothing behind the `=` removes the key. */
export const labels: Parser<Label[]> = (text) => {
  const joined = text.startsWith('[') ? undefined : text.split('\n').find((it) => SECOND.test(it));
  if (joined !== undefined)
    throw new ActionError('input', `has \`${excerpt(joined)}\`, two keys on one line`, {
      hint: 'Put each `key=value` on a line of its own; values may have commas. For a value that is like that, write a JSON array, such as `["a=1,b=2"]`.',
    });
  const found = lines(text).map((pair): Label => {
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1).trim();
    return { key: pair.slice(0, at), value: value === '' ? undefined : value };
  });
  for (const it of found) {
    const why = whyUnreadable(it);
    if (why !== undefined) throw refused(`${it.key}=${it.value}`, why);
  }
  const keys = found.map(({ key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) < index);
  if (twice.length > 0) throw new ActionError('input', `has ${enumerated(twice.map(quoted))} more than once`);
  return found;
};

/** Returns why this action could not read what it reads of a machine's metadata itself; undefined where it could. */
function whyUnreadable({ key, value }: Label): string | undefined {
  if (value === undefined) return undefined;
  if (key === OWN_HOURS) {
    const hours = parseHours(value);
    return 'why' in hours ? hours.why : undefined;
  }
  const isTime = key !== KEEP_ALIVE_UNTIL || !Number.isNaN(timeIn(value));
  return isTime ? undefined : 'it takes a time such as `2026-12-04T18:00:00Z`, with its zone';
}

function refused(text: string, why: string): ActionError {
  return new ActionError('input', `has ${quoted(text)}: ${why}`);
}

function quoted(text: string): string {
  return `\`${excerpt(text)}\``;
}
