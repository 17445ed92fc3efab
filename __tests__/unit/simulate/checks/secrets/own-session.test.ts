import { ownSession } from '../../../../../simulate/checks/secrets/own-session.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import type { ScriptJob } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madePost, madeRun, madeScript } from '../../../../support/simulate/made-history.js';
import { madeJob, madeStep } from '../../../../support/simulate/made-job.js';

/** Returns a token with a nonce of its own; what is added to it stands behind. */
const tokenOf = (letter: string, added = '') => `fm2_lJPEE${letter.repeat(60)}${added}`;
const TOKENS = { ours: `FlyV1 ${tokenOf('o')}`, theirs: `FlyV1 ${tokenOf('t')}` };
const AUTH = madeStep('auth', { token: '{token:ours}' });
const LIST = madeStep('list');

const of = (job: ScriptJob, run: ProcessRun, parts: readonly string[] = []) => {
  const path = '/v1/apps/a/machines';
  const headers = { authorization: `FlyV1 ${parts.join(',')}` };
  const exchange = madePost(path, { request: { method: 'GET', path, headers, body: '', by: run.id } });
  const exchanges = parts.length === 0 ? [] : [exchange];
  return foundBy(
    ownSession,
    madeScript([], { jobs: [job] }),
    madeHistory({ tokens: TOKENS, runs: [run], exchanges }),
  );
};
const second = (rest: Partial<ProcessRun> = {}) => madeRun(LIST, { id: 'job/1', place: 1, ...rest });

describe('when a step has no token of its own', () => {
  test("the job's session is its own, narrowed or not, with discharges beside", () => {
    const parts = [tokenOf('o', 'narrowed'), 'fm2_lJPEIdischarge'];

    expect(of(madeJob([AUTH, LIST]), second(), parts)).toEqual({ found: [], seen: 1 });
  });

  test("another job's token is found", () => {
    expect(of(madeJob([AUTH, LIST]), second(), [tokenOf('t')]).found).toEqual([
      'the token theirs, which is not its own, authorized a request',
    ]);
  });

  test('the environment may have one', () => {
    const job = madeJob([LIST], { env: { FLY_API_TOKEN: '{token:theirs}' } });

    expect(of(job, madeRun(LIST), [tokenOf('t')]).found).toEqual([]);
  });

  test('a session that is opened later is not its own', () => {
    expect(of(madeJob([LIST, AUTH]), madeRun(LIST, { succeeded: false }), [tokenOf('o')]).found).toHaveLength(
      1,
    );
  });
});

describe('when a step brings a token', () => {
  const own = madeStep('list', { token: '{token:theirs}' });

  test("the job's session is not used", () => {
    const run = madeRun(own, { id: 'job/1', place: 1 });

    expect(of(madeJob([AUTH, own]), run, [tokenOf('t')]).found).toEqual([]);
    expect(of(madeJob([AUTH, own]), run, [tokenOf('o')]).found).toHaveLength(1);
  });

  test('its post may put back what others have changed', () => {
    const run = madeRun(own, { id: 'job/1/post', place: 1, part: 'post' });

    expect(of(madeJob([AUTH, own]), run, [tokenOf('o'), tokenOf('t')]).found).toEqual([]);
  });
});

describe('when there is no token at all', () => {
  test('a red step is as it must be, a green one is found', () => {
    expect(of(madeJob([LIST]), madeRun(LIST, { succeeded: false }))).toEqual({ found: [], seen: 1 });
    expect(of(madeJob([LIST]), madeRun(LIST)).found).toEqual(['a step without any token was green']);
  });

  test('a text that is no token of anybody is one all the same', () => {
    const job = madeJob([madeStep('auth', { token: 'abc' }), LIST]);

    expect(of(job, second()).found).toEqual([]);
    expect(of(madeJob([LIST], { env: { FLY_API_TOKEN: 'abc' } }), madeRun(LIST)).found).toEqual([]);
  });
});
