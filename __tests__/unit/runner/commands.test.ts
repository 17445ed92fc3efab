import { KNOWN_COMMANDS, parseCommand } from '../../../runner/commands/commands.js';
import { createLineSplitter } from '../../../runner/commands/line-splitter.js';

const parse = (line: string) => {
  const command = parseCommand(line, KNOWN_COMMANDS);
  return command && [command.name, command.data, Object.fromEntries(command.properties)];
};

describe('when a line is a workflow command', () => {
  it.each([
    ['plain', '::debug::hello', ['debug', 'hello', {}]],
    ['after blanks', ' \t::debug::hello', ['debug', 'hello', {}]],
    ['after a next-line character', '\u0085::debug::hello', ['debug', 'hello', {}]],
    ['in another case', '::Add-Mask::x', ['add-mask', 'x', {}]],
    [
      'with properties',
      '::error title=No%3A 1%2C 2,line=3::boom',
      ['error', 'boom', { title: 'No: 1, 2', line: '3' }],
    ],
    ['with an empty property', '::error title=,line=3::boom', ['error', 'boom', { line: '3' }]],
    ['with escaped data', '::error::a%0Ab%0D%25', ['error', 'a\nb\r%', {}]],
    ['with data escaped twice', '::error::a%250Ab', ['error', 'a%0Ab', {}]],
    ['with colons in its data', '::notice::a::b', ['notice', 'a::b', {}]],
    ['old form, inside a line', 'name ##[error]boom', ['error', 'boom', {}]],
    [
      'old form, with properties',
      '##[warning file=a%3Bb;line=1]c%5D',
      ['warning', 'c]', { file: 'a;b', line: '1' }],
    ],
    ['old form, after an unknown new form', '::nope::##[error]x', ['error', 'x', {}]],
  ])('reads it: %s', (_, line, expected) => {
    expect(parse(line)).toEqual(expected);
  });
});

describe('when a line only looks like a command', () => {
  it.each([
    '',
    '::',
    '::error',
    'x ::error::y',
    '::nope::x',
    '##[nope]',
    '##[error',
    '##[nope] ##[error]x',
    ': :error::x',
  ])('leaves %j alone', (line) => {
    expect(parse(line)).toBeUndefined();
  });
});

describe('when output arrives in pieces', () => {
  it.each([
    ['one piece', ['a\nb\r\nc\rd']],
    ['a line end cut in two', ['a\nb\r', '\nc\r', 'd']],
    ['single characters', [...'a\nb\r\nc\rd']],
    ['an empty piece inside a line end', ['a\nb\r', '', '\nc\rd']],
  ])('splits it at each kind of line end: %s', (_, pieces) => {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    for (const piece of pieces) splitter.push(piece);
    expect(lines).toEqual(['a', 'b', 'c']);
    splitter.end();
    expect(lines).toEqual(['a', 'b', 'c', 'd']);
  });
});
