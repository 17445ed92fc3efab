import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileCommands, parsePairs, readFileCommand } from '../../../runner/commands/file-commands.js';

const ELSEWHERE = { windows: false };

describe('when a file holds pairs', () => {
  it.each([
    ['lines', 'a=1\nb=\n\nc=x=y<<z\n', { a: '1', b: '', c: 'x=y<<z' }],
    ['a last line without an end', 'a=1', { a: '1' }],
    ['a block', 'a<<END\n1\n\n2=3\nEND\nb=4\n', { a: '1\n\n2=3', b: '4' }],
    ['an empty block', 'a<<END\nEND', { a: '' }],
    ['a block of one empty line', 'a<<END\n\nEND\n', { a: '' }],
    ['a value with a carriage return', 'a<<END\n1\r\n2\nEND\n', { a: '1\r\n2' }],
    ['a later value for the same name', 'a=1\na=2\n', { a: '2' }],
    ['nothing', '', {}],
  ])('reads %s', (_, text, expected) => {
    const { pairs, problem } = parsePairs(text, ELSEWHERE);
    expect(Object.fromEntries(pairs)).toEqual(expected);
    expect(problem).toBeUndefined();
  });
});

describe('when a file has the line ends of Windows', () => {
  const text = 'a=1\r\nb<<END\r\n1\r\n2\r\nEND\r\nc<<END\r\nEND\r\nd<<END\r\n\r\nEND\r\n';

  it('keeps those within a value and no other where it is read there', () => {
    const { pairs, problem } = parsePairs(text, { windows: true });
    expect(Object.fromEntries(pairs)).toEqual({ a: '1', b: '1\r\n2', c: '', d: '' });
    expect(problem).toBeUndefined();
    expect(Object.fromEntries(parsePairs('a<<END\n1\n2\nEND\n', { windows: true }).pairs)).toEqual({
      a: '1\n2',
    });
  });

  it('keeps all of them elsewhere', () => {
    expect(Object.fromEntries(parsePairs('a=1\r\nb<<END\r\n1\r\nEND\r\n', ELSEWHERE).pairs)).toEqual({
      a: '1\r',
      b: '1\r',
    });
  });
});

describe('when a file is damaged', () => {
  it.each([
    ['a line without a sign', 'a=1\nnonsense\nb=2\n', "Invalid format 'nonsense'"],
    ['a block without a name', 'a=1\n<<END\nEND\n', 'Name must not be empty'],
    ['a block without a delimiter', 'a=1\nb<<\n', 'delimiter must not be empty'],
    ['a block that never ends', 'a=1\nb<<END\nx\n', "Matching delimiter not found 'END'"],
    ['a block cut in a line', 'a=1\nb<<END\nEN', 'EOF marker missing new line'],
    ['a delimiter with a carriage return', 'a=1\nb<<END\nx\nEND\r\n', "Matching delimiter not found 'END'"],
  ])('keeps what came before and tells the mistake: %s', (_, text, problem) => {
    const read = parsePairs(text, ELSEWHERE);
    expect(Object.fromEntries(read.pairs)).toEqual({ a: '1' });
    expect(read.problem).toContain(problem);
  });
});

describe('when the files of steps are created', () => {
  let temp: string;
  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'file-commands-'));
  });
  afterEach(() => rmSync(temp, { recursive: true }));

  it('gives each step empty files of its own and leaves the earlier ones', () => {
    const first = createFileCommands(temp);
    writeFileSync(first.paths.state, 'a=1\n');
    const second = createFileCommands(temp);
    expect(second.paths.state).not.toBe(first.paths.state);
    expect(readFileSync(second.variables['GITHUB_STATE'] ?? '', 'utf8')).toBe('');
    expect(readFileCommand(first.paths.state)).toBe('a=1\n');
    expect(existsSync(second.variables['GITHUB_STEP_SUMMARY'] ?? '')).toBe(true);
  });

  it('reads a file that the step deleted as empty', () => {
    const { paths } = createFileCommands(temp);
    rmSync(paths.output);
    expect(readFileCommand(paths.output)).toBe('');
  });
});
