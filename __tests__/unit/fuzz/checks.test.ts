import { checkSummary } from '../../../fuzz/check-summary.js';
import { Dice } from '../../../fuzz/dice.js';
import { expectClassed, expectNone } from '../../../fuzz/expect.js';
import { kindOf } from '../../../fuzz/kinds/kind-of.js';
import { mutateBytes, mutateJson, mutateText } from '../../../fuzz/mutate.js';
import { watchedLog } from '../../../fuzz/watched-log.js';
import { ActionError } from '../../../src/errors.js';

const SECRET = 'lJPEEMN6e5LphGzARenUddsfavzEEHvisclnXO2DVxDI7ppLcs7CtWh0dHBzOi8v';

describe('when a case is repeated', () => {
  const made = (seed: number) => {
    const dice = new Dice(seed, 'x', 7);
    const json = mutateJson(dice, { a: [1, 'x', { b: null }], c: 'y' });
    return [mutateBytes(dice, Buffer.from('some bytes')), mutateText(dice, 'some text'), json];
  };

  it('is the same by the same seed, and another by another', () => {
    expect(made(1)).toEqual(made(1));
    expect(made(1)).not.toEqual(made(2));
  });

  it('is of a sort that has its share of all', () => {
    const kinds = [1, 3].map((share) => ({ name: `${share}`, share, run: () => undefined }));
    const found = Array.from({ length: 4_000 }, (_, index) => kindOf(kinds, 5, index).name);
    expect(found.filter((name) => name === '1').length / found.length).toBeCloseTo(0.25, 1);
  });
});

describe('when something is found', () => {
  it.each([
    ['no error of ours', new TypeError('x is undefined'), /^the error has no class: TypeError/],
    ['no error at all', 'x', /^the error has no class: x/],
    ['an internal one', new ActionError('internal', 'x'), /^the error is a fault of our own: /],
    ['a secret in the message', new ActionError('network', `GET ${SECRET}`), /^a secret appears/],
    ['a secret in the hint', new ActionError('network', 'x', { hint: SECRET }), /^a secret appears/],
    [
      'one of no known class',
      Object.assign(new ActionError('input', 'x'), { class: 'odd' }),
      /^the error has an unknown class/,
    ],
  ])('says so: %s', (_, thrown, finding) => {
    expect(() => expectClassed(thrown, [SECRET])).toThrow(finding);
  });

  it('is content with a classed error, and with what is no use of a secret', () => {
    const error = new ActionError('network', `no answer to ${SECRET.slice(0, 20)}`);
    expect(expectClassed(error, [SECRET])).toBe(error);
    expect(() => expectNone(`x${SECRET.slice(3)}`, [SECRET])).toThrow('a secret appears');
    expect(() => expectNone('nonce-of-one', ['nonce-of-one'])).toThrow('a secret appears');
  });

  it.each([
    ['HTML', 'x <img>'],
    ['a tag that is left open', 'x <b>'],
    ['a tag that closes nothing', 'x </b>'],
    ['a tag that ends in another cell', '| <b>a | b</b> |'],
    ['a fold that is left open', '<details><summary>x</summary>'],
    ['a fence that is left open', '```sh\nfly logs'],
    ['a block of no known kind', '```js\nx\n```'],
    ['a command of a shell', '```sh\nfly logs; rm -rf ~\n```'],
    ['a name in a chart', '```mermaid\n  section a<b>\n```'],
    ['a link', '[x](y)'],
    ['an address', 'see http&#58;// and https://x'],
    ['a mention', '@octocat'],
    ['a table with a cell too many', '| a |\n| --- |\n| b | c |'],
    ['a line of somebody else', '# x'],
    ['a control character', 'x\u001b[1m'],
  ])('says so of a summary: %s', (_, markdown) => {
    expect(() => checkSummary(`### 🟢 stop\n\n${markdown}\n`)).toThrow();
  });

  it('is content with a summary of ours', () => {
    const parts = [
      ...['### 🟢 stop: stopped 1', '🟩<br>🟩 <b>1</b> stopped', '<sub>stopped 1 of 1</sub>', ''],
      '| Machine |\n| --- |\n| <b>&#60;b&#62;</b><br>long<wbr>er |',
      '```sh\nfly logs -a my-app\n# …and 2 more\n```',
      '<details><summary>1 machine</summary>',
      "```text\nm1 ░░░░░▓▓▓▓▓██████████ 1.2 s\n\n▓ waits for Fly's answer\n```",
      '```mermaid\ngantt\n  section m1\n  turn :done, 00:00:00.000, 00:00:01.000\n```',
      '</details>',
    ];
    expect(() => checkSummary(`${parts.join('\n\n')}\n`)).not.toThrow();
  });
});

describe('when a log is watched', () => {
  it.each([
    ['a line', 'x\n::error::pwned ##[group]'],
    ['a line of a lone carriage return', 'x\r::error::pwned'],
  ])('passes what the log makes safe: %s', (_, text) => {
    const log = watchedLog();
    log.info(text);
    log.error(text, text);
    log.startGroup(text);
    log.mask(text);
    expect(log.annotations).toHaveLength(1);
    expect(log.printed).toHaveLength(3);
  });

  it('finds what is printed past it', () => {
    const log = watchedLog();
    expect(() => log.error('')).toThrow('the annotation is empty');
  });
});
