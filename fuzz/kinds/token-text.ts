import {
  discharge,
  permission,
  ticketIn,
  window,
  withThirdParty,
} from '../../__tests__/support/tokens/tokens.js';
import { tokenForms } from '../../src/action/access/mask.js';
import { readBundle } from '../../src/action/inputs/values/read-bundle.js';
import { describeBundle } from '../../src/action/report/describe-token.js';
import { tokenOf } from '../../src/discharge/job-session.js';
import { sessionName } from '../../src/discharge/session-file.js';
import {
  authorization,
  type Bundle,
  dischargesFor,
  parseBundle,
  ticketsOf,
  tokenText,
  usableUntil,
} from '../../src/macaroon/bundle.js';
import type { Dice } from '../dice.js';
import { expect, expectNone, outcomeOfCall } from '../expect.js';
import { TEXTS } from '../hostile.js';
import { mutateBytes, mutateText } from '../mutate.js';
import type { Kind } from './kind.js';

const plain = permission(window(0, 2_000_000_000));
const needy = withThirdParty(permission());
const needier = withThirdParty(needy, 'https://id.example/own');
const WHOLE = [plain, needy, needier, discharge(ticketIn(needy), window(0, 2_000_000_000))].map(tokenText);
const PARTS = [...WHOLE, 'fo1_q8Zr3TnXw5LcYv0Kb7MhJd2SgPf9RaEuQi6Wo4Tx', 'fm2_', 'fm1r_AAAA', 'FlyV1', 'x'];
const GLUE = [
  ',',
  ' ',
  '\n',
  ',,',
  ' , ',
  '"',
  "'",
  '`',
  '\r\n',
  'FlyV1 ',
  'Bearer ',
  'flyv1\t',
  '=',
  '\u00a0',
];

/** Kind: token texts as people store, wrap, quote and mix them up, and as nobody would. */
export const tokenTextKind: Kind = {
  name: 'token',
  share: 200,
  run(dice) {
    const text = tokenish(dice);
    const forms = tokenForms(text);
    expect(
      forms.every(({ length }) => length >= 16),
      () => 'a form that is masked is too short',
    );
    const secrets = WHOLE.map((whole) => whole.slice(4));
    const read = outcomeOfCall(() => parseBundle(text), secrets);
    if ('error' in read) return;
    checkRoundTrip(read.value);
    const bundle = outcomeOfCall(() => readBundle(text, 'the input'), secrets);
    if ('value' in bundle) expectNone(describeBundle(bundle.value).join('\n'), secrets);
  },
};

function tokenish(dice: Dice): string {
  const parts = Array.from({ length: 1 + dice.size(6) }, () => {
    const part = dice.chance(0.1) ? dice.pick(TEXTS) : dice.pick(PARTS);
    if (!part.startsWith('fm2_') || dice.chance(0.5)) return part;
    if (dice.chance(0.5)) return mutateText(dice, part);
    return `fm2_${mutateBytes(dice, Buffer.from(part.slice(4), 'base64')).toString('base64')}`;
  });
  const text = parts.reduce((whole, part) => `${whole}${dice.chance(0.6) ? ',' : dice.pick(GLUE)}${part}`);
  const headed = dice.chance(0.3) ? dice.pick(GLUE) + text : text;
  return dice.chance(0.3) ? mutateText(dice, headed, { extra: GLUE }) : headed;
}

/** Checks that what a step sends, and what a session keeps, reads back as it was. */
function checkRoundTrip(bundle: Bundle): void {
  const { permissions, discharges, malformed, users, unknown } = bundle;
  const macaroons = [...permissions, ...malformed, ...discharges].map(({ text }) => text);
  const header = authorization(bundle);
  expect(
    /^[\x21-\x7e]+ [\x21-\x7e]+$/.test(header),
    () => `no header can hold it: ${JSON.stringify(header)}`,
  );
  const sent = parseBundle(header);
  const again = authorization(sent);
  expect(again === header, () => `the token sent reads back differently: ${header} and ${again}`);
  expect(sent.permissions.length === permissions.length, () => 'a permission token is lost on the way');
  const kept = outcomeOfCall(() => parseBundle(tokenOf(bundle)));
  if (macaroons.length > discharges.length || users.length + unknown.length > 0) {
    expect('value' in kept, () => 'the content of a session can not be read');
    expect(tokenOf(kept.value) === tokenOf(bundle), () => 'a session keeps another token');
    expect(sessionName(kept.value, '') === sessionName(bundle, ''), () => 'a session is not found again');
  }
  const end = usableUntil(bundle);
  expect(end === undefined || !Number.isNaN(end), () => 'the end is no number');
  for (const ticket of permissions.flatMap(ticketsOf)) dischargesFor(ticket, discharges);
}
