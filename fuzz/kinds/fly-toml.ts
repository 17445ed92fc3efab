import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passed } from '../../__tests__/support/rigs/step-inputs.js';
import { scopeFor } from '../../src/action/access/step-scope.js';
import { readInputs } from '../../src/action/inputs/read-inputs.js';
import { readFlyToml } from '../../src/action/runner/fly-toml.js';
import type { Dice } from '../dice.js';
import { expect, type Outcome, outcomeOfCall } from '../expect.js';
import { TEXTS } from '../hostile.js';
import { mutateBytes, mutateText } from '../mutate.js';
import { tomlDocument } from '../toml.js';
import type { Kind } from './kind.js';

const INPUTS = readInputs(passed('list', {}), 'list', false);
const NAMES = ['my-app', 'a', '0', 'My-App-2', 'all', 'null', 'true', 'x'.repeat(63)];
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/i;
/** Begins of a text that goes on and on. */
const HEADS = ['', 'app = ', 'app = "', 'app = """', "app = '''", 'app = 1', 'x = [', '[', 'app'];
const PIECES = [
  ...['[', '[[', '[a', '[a.', ']', '{', '{a=', '{a.', 'a.', 'a={b=', '"', "'", '"""', '\\', '\\\n', '\\u0'],
  ...[
    '=',
    ',',
    '[],',
    '#',
    '\n',
    '\r',
    ' ',
    'a=1\n',
    '[a]\n',
    '[[a]]\n',
    '1',
    '1_',
    '0x',
    '1-',
    'é',
    '\u0000',
  ],
];
/** Bytes of the longest text that goes on and on: a little more than the reader takes. */
const LONGEST = 66_000;

/** Kind: the file of a workspace that names its app, as people write it and as nobody would. */
export const flyTomlKind: Kind = {
  name: 'fly-toml',
  share: 60,
  run(dice) {
    const app = dice.chance(0.2) ? undefined : appText(dice);
    const text = tomlDocument(dice, app);
    if (dice.chance(0.5)) checkTruth(appsIn((dice.chance(0.1) ? '\ufeff' : '') + text), app);
    else checkForm(appsIn(spoiled(dice, text)));
  },
};

/** Returns a text that UTF-8 can hold. */
function appText(dice: Dice): string {
  return dice.chance(0.5) ? dice.pick(NAMES) : Buffer.from(dice.pick(TEXTS)).toString();
}

function spoiled(dice: Dice, text: string): string | Buffer {
  switch (dice.below(4)) {
    case 0:
      return mutateBytes(dice, Buffer.from(text));
    case 1: {
      const piece = dice.pick(PIECES);
      return dice.pick(HEADS) + piece.repeat(dice.size(LONGEST / piece.length)) + dice.pick(['', text]);
    }
    case 2:
      return Buffer.from(text, 'utf16le');
    default:
      return mutateText(dice, text);
  }
}

/** Returns the apps of a step that names none in a workspace with this `fly.toml`. */
function appsIn(content: string | Buffer): Outcome<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-toml-'));
  try {
    const path = join(folder, 'fly.toml');
    writeFileSync(path, content);
    const around = { env: {}, flyToml: () => readFlyToml(path) };
    return outcomeOfCall(() => scopeFor(INPUTS, undefined, around).apps);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Throws a finding unless a valid document's own app was found, or refused for its name alone. */
export function checkTruth(outcome: Outcome<readonly string[]>, app: string | undefined): void {
  checkForm(outcome);
  const found = 'error' in outcome ? 'refused' : outcome.value.join();
  const owed = app === undefined || app === '' ? '' : NAME.test(app) ? app : 'refused';
  const why = 'error' in outcome ? `: ${outcome.error.line}` : '';
  expect(found === owed, () => `of a valid file, it makes ${found} instead of ${owed}${why}`);
  const isName = !('error' in outcome) || outcome.error.message.includes('an app name');
  expect(isName, () => `a valid file is refused${why}`);
}

/** Throws a finding unless there is an `input` error, or one name of an app at most. */
export function checkForm(outcome: Outcome<readonly string[]>): void {
  if ('error' in outcome)
    expect(outcome.error.class === 'input', () => `the error is of another class: ${outcome.error.line}`);
  else
    expect(
      outcome.value.length <= 1 && outcome.value.every((it) => NAME.test(it)),
      () => `these are no apps: ${JSON.stringify(outcome.value)}`,
    );
}
