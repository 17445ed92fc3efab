import { EOL } from 'node:os';
import { runnerLog, safeLog, titledLog } from '../../../../src/action/runner/log.js';
import { fakeLog } from '../../../support/fakes/fake-shell.js';

/** What is printed meanwhile. */
function printed(work: () => void): string {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    work();
  } finally {
    write.mockRestore();
  }
  return text;
}

describe('when a log has a title', () => {
  it('gives it to annotations that have none', () => {
    const log = fakeLog();
    const titled = titledLog(log, 'fly stop');
    for (const say of [titled.notice, titled.warning, titled.error]) {
      say('a');
      say('b', 'its own');
    }
    titled.info('c');
    expect(log.lines.map(({ title }) => title)).toEqual([
      ...Array(3).fill(['fly stop', 'its own']).flat(),
      undefined,
    ]);
  });
});

describe('when something is printed for the runner', () => {
  it.each([
    ['a line', () => runnerLog.info('x\n::error::y'), 'x\\u000a::error::y\n'],
    ['a line that looks like a command', () => runnerLog.info('::error::y'), ': :error::y\n'],
    ['a line for debugging', () => runnerLog.debug('x\r::error::y'), '::debug::x\\u000d::error::y\n'],
    ['a notice', () => runnerLog.notice('a'), '::notice::a\n'],
    [
      'a warning of two lines',
      () => runnerLog.warning('a\n##[b', 'title'),
      '::warning title=title::a%0A## [b\n',
    ],
    ['an error', () => runnerLog.error('100%', 'a,b:c\n'), '::error title=a%2Cb%3Ac\\u000a::100%25\n'],
    [
      'a title of a stranger',
      () => runnerLog.error('x', 'fly stop: 1 of 1 failed in \u202e\r##[error]::x'),
      '::error title=fly stop%3A 1 of 1 failed in \\u202e\\u000d## [error]%3A%3Ax::x\n',
    ],
    ['a group', () => runnerLog.startGroup('x\ny'), '::group::x\\u000ay\n'],
    ['its end', () => runnerLog.endGroup(), '::endgroup::\n'],
    ['a mask', () => runnerLog.mask('secret\nsecret'), '::add-mask::secret%0Asecret\n'],
  ])('is one line that says what it should: %s', (_, work, text) => {
    expect(printed(work)).toBe(text.replace(/\n$/, EOL));
  });
});

describe('when somebody else prints', () => {
  it('is handed what is safe, and nothing else', () => {
    const calls: unknown[] = [];
    const keep =
      (name: string) =>
      (...given: unknown[]) =>
        void calls.push([name, ...given]);
    const log = safeLog({
      debug: keep('debug'),
      info: keep('info'),
      notice: keep('notice'),
      warning: keep('warning'),
      error: keep('error'),
      setSecret: keep('setSecret'),
      startGroup: keep('startGroup'),
      endGroup: keep('endGroup'),
    });
    log.debug('a\rb');
    log.info('::error::y');
    log.notice('a\n##[b');
    log.warning('a', 'b\nc');
    log.error('\u202e');
    log.mask('a\nb');
    log.startGroup('a\nb');
    log.endGroup();
    expect(calls).toEqual([
      ['debug', 'a\\u000db'],
      ['info', ': :error::y'],
      ['notice', 'a\n## [b', {}],
      ['warning', 'a', { title: 'b\\u000ac' }],
      ['error', '\\u202e', {}],
      ['setSecret', 'a\nb'],
      ['startGroup', 'a\\u000ab'],
      ['endGroup'],
    ]);
  });
});
