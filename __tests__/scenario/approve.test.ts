import type { GivenSettings } from '../../emulator/settings.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, said } from '../support/scenarios/results.js';
import { APP, type Scenario, type ScenarioOptions } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';
import { itWhere, SIGNALS } from '../support/where.js';

/** Nobody approves unless the test does. */
const PERSON = { behaviour: 'user-interactive', polls: Number.POSITIVE_INFINITY } as const;
const settings: GivenSettings = { own: PERSON };
const JOB: ScenarioOptions['job'] = { cancelTimes: { interrupt: 5_000, terminate: 1 } };

interface Asking {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Called with the URL as soon as the log shows it. */
  readonly onUrl?: (url: string) => void;
}

const auth = ({ job, fly }: Scenario, { inputs = {}, onUrl }: Asking = {}) =>
  job.step({
    uses: './auth',
    with: {
      token: fly.mintToken({ app: APP, thirdParty: ['aaa', 'own'] }),
      app: APP,
      approve: 'true',
      ...inputs,
    },
    onLine: ({ kind, text }) => {
      const [url] = /http\S+\/user\/\S+/.exec(text) ?? [];
      if (kind === 'notice' && url !== undefined) onUrl?.(url);
    },
  });

/** What a person does who opens the URL. */
const approve = (url: string) => void fetch(url);

onOneNode('When a third party wants a person to approve', (open) => {
  it('shows the URL while the step runs, and goes on once somebody has opened it', async () => {
    const scenario = await open({ settings });
    const urls: string[] = [];
    const onUrl = (url: string) => {
      urls.push(url);
      approve(url);
    };
    const result = await auth(scenario, { onUrl });
    expect(result).toMatchObject({ conclusion: 'success', stderr: '' });
    expect(urls).toEqual([expect.stringMatching(`^${scenario.url}/own/v1/user/[0-9a-f]{32}$`)]);
    expect(result.annotations.filter(({ level }) => level === 'notice')).toMatchObject([
      { title: 'fly: approval needed', message: expect.stringContaining(`Open ${urls[0]} and`) },
    ]);
    expect(result.summary).toContain(`(<${urls[0]}>)`);
    expect((await scenario.job.step({ uses: './list' })).conclusion).toBe('success');
  });

  it('asks again in a later step of the session without being told again, and nobody in its post', async () => {
    const own = { ...PERSON, polls: 0, lifetimeMs: 60_000 };
    const apps = [{ name: APP, machines: [{ name: 'web-1', state: 'stopped' as const }] }];
    const scenario = await open({ settings: { own }, apps });
    await auth(scenario);
    scenario.shiftFlysClock(60_000);
    const start = { machines: 'web-1', restore: 'true' };
    const result = await scenario.job.step({ uses: './start', with: start });
    expect(said(result, 'notice')).toEqual([expect.stringContaining('wants a person to approve')]);
    scenario.shiftFlysClock(60_000);
    const [post = result] = await scenario.job.post();
    expect(scenario.job.status).toBe('success');
    expect(said(post, 'warning')).toEqual([
      expect.stringMatching(
        /at the job's end no person is asked\n→ .*machines stay as they are: put them back by hand/,
      ),
    ]);
    expect(post.stdout + post.summary).not.toContain('/user/');
    expect(asked(scenario.fly.requests).filter((it) => it.startsWith('POST /own'))).toHaveLength(3);
    expect(scenario.fly.machine(APP, 'web-1').state).toBe('started');
  });

  it('goes on without them, and ends, while the old discharge holds', async () => {
    const scenario = await open({ settings: { own: { ...PERSON, lifetimeMs: 60_000 } } });
    await auth(scenario, { onUrl: approve });
    scenario.shiftFlysClock(35_000);
    // Its first answer tells it the time.
    const result = await scenario.job.step({ uses: './stop', with: { machines: 'web-1' } });
    expect(result).toMatchObject({ conclusion: 'success', stderr: '' });
    expect(said(result, 'notice')).toEqual([expect.stringContaining('wants a person to approve')]);
    expect(said(result, 'warning')).toEqual([]);
  });

  it('ends at the deadline when nobody comes, and says what to give', async () => {
    const scenario = await open({ settings });
    const result = await auth(scenario, { inputs: { timeout: '3s' } });
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '', state: {} });
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(
        /^timeout: No discharge for the token: .*\/own\/v1: nobody has approved: not done within 3 s\. .*`timeout: 30m`/,
      ),
    ]);
    expect(result.summary).toContain('/own/v1/user/');
    expect(sessionFiles(scenario.job)).toEqual([]);
  });

  itWhere(SIGNALS)('is gone at once when the job is cancelled', async () => {
    const scenario = await open({ settings, job: JOB });
    const result = await auth(scenario, { onUrl: () => scenario.job.cancel() });
    expect(result).toMatchObject({ conclusion: 'cancelled', exitCode: 1, stderr: '', state: {} });
    expect(said(result, 'error')[0]).toBe('cancelled: the job was cancelled');
  });

  it('hears that the person has refused', async () => {
    const scenario = await open({
      settings: { own: { ...PERSON, pollResult: 'refusal', error: 'rejected' } },
    });
    const result = await auth(scenario, { onUrl: approve });
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(/^third party refused: .*answered 200: rejected/),
    ]);
  });

  it('fails at once, and says how to be asked, where that was not allowed', async () => {
    const scenario = await open({ settings });
    const result = await auth(scenario, { inputs: { approve: 'false' } });
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(/^third party refused: .*wants a person to log in\. Give `approve: true`/),
    ]);
    expect(result.stdout).not.toContain('/user/');
  });
});
