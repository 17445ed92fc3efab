import type { Keep } from '../../../commands/idle/keep.js';
import { ActionError } from '../../../errors.js';
import { excerpt } from '../../../text.js';
import { filter, type Parser } from './parsers.js';

/** How many machines stay started: `1` per app, `region=1`, `process-group=1`, or several of these. */
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

function refuse(what: string): ActionError {
  return new ActionError('input', what);
}
