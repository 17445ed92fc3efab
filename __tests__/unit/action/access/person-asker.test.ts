import { noPerson, personAsker } from '../../../../src/action/access/person-asker.js';
import { runnerLog } from '../../../../src/action/runner/log.js';
import { thrownBy } from '../../../support/caught.js';
import { fakeLog, fakeRunner } from '../../../support/fakes/fake-shell.js';

const LOCATION = 'https://id.example/v1';

function ask(url: string, location = LOCATION) {
  const log = fakeLog();
  const runner = fakeRunner();
  personAsker(log, runner)(new URL(url), location);
  return { notice: log.said('notice').join('\n'), summary: runner.summaries.join('\n') };
}

describe('when a person is to approve', () => {
  it('shows who asks, where to go and where that is, in the log and in the summary', () => {
    const { notice, summary } = ask('https://login.example/approve?flow=a_b');
    expect(notice).toContain(`${LOCATION} wants a person to approve`);
    expect(notice).toContain(
      'Open https://login.example/approve?flow=a_b and check first that login.example',
    );
    expect(summary).toMatch(
      /^👤 .* wanted a person to approve: .*\(<https:\/\/login\.example\/approve\?flow=a_b>\)\n\n$/,
    );
  });

  it("asks nobody at the job's end", () => {
    expect(thrownBy(() => noPerson(new URL('https://login.example/'), LOCATION))).toMatchObject({
      class: 'third party refused',
      message: `${LOCATION} wants a person to approve, and at the job's end no person is asked`,
      hint: expect.stringContaining('longer'),
    });
  });

  it.each([
    [
      'https://x.example/a)[b](https://evil.example/',
      /^[^<]*<https:\/\/x\.example\/a\)\[b\]\(https:\/\/evil\.example\/>\)\n/,
    ],
    ['https://x.example/?a\\>b', /<https:\/\/x\.example\/\?a%5C%3Eb>\)\n/],
    ['https://x.example/<script>#`|x|`', /<https:\/\/x\.example\/%3Cscript%3E#%60\|x\|%60>\)\n/],
  ])('leaves no markdown in the summary but its own: %s', (url, target) => {
    const { summary } = ask(url, 'https://id.example/`|<b>');
    expect(summary).toMatch(target);
    expect(summary.split('](<')[0]).not.toMatch(/[`|<>]|\]\(/);
    expect(summary.trim()).not.toContain('\n');
  });

  it('gives the runner no command but the notice', () => {
    const written: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    try {
      const url = new URL('https://x.example/#\r\n::error::a##[error]b%0A::error::c');
      personAsker(runnerLog, fakeRunner())(url, 'https://id.example/\r::error::d##[error]e');
    } finally {
      write.mockRestore();
    }
    const lines = written
      .join('')
      .split(/\r\n|\r|\n/)
      .filter((line) => line !== '');
    expect(lines).toEqual([expect.stringMatching(/^::notice title=fly%3A approval needed::/)]);
    expect(lines[0]).not.toContain('##[');
    expect(lines[0]).toContain('%250A::error::c');
  });
});
