import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WORKERS } from '../support/scenarios/scenario.js';

const auth = ({ job, fly }: Scenario) =>
  job.step({ uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP } });

const TICKET = 'POST /aaa/v1/.well-known/macfly/3p';

onOneNode("When the token's third party takes its time", (open) => {
  it('is polled until it answers, at its own origin', async () => {
    const scenario = await open({
      settings: { aaa: { behaviour: 'poll', polls: 1, pollUrl: 'relative' } },
    });
    const result = await auth(scenario);
    expect(result.conclusion).toBe('success');
    const poll = 'GET /aaa/v1/.well-known/macfly/3p/poll/…';
    expect(asked(scenario.fly.requests)).toEqual([`${TICKET} 201`, `${poll} 202`, `${poll} 200`]);
  });

  it('is asked again after a 503', async () => {
    const scenario = await open({ faults: [{ path: '/aaa', fault: { status: 503 }, times: 1 }] });
    const result = await auth(scenario);
    expect(result.conclusion).toBe('success');
    expect(asked(scenario.fly.requests)).toEqual([`${TICKET} 503`, `${TICKET} 201`]);
  });
});

onOneNode('When a refresh fails while the discharge still holds', (open) => {
  it('warns, goes on with the one at hand, and does not ask again at once', async () => {
    const scenario = await open({ settings: { aaa: { behaviour: 'refuse' } } });
    const { job, fly } = scenario;
    scenario.shiftFlysClock(-40_000);
    const token = fly.mintToken({ app: APP, withDischarge: 60_000 });
    scenario.shiftFlysClock(40_000);
    const result = await job.step({ uses: './start', with: { token, app: APP, machines: 'worker-1' } });
    expect(result.conclusion).toBe('success');
    expect(said(result, 'warning')).toEqual([
      expect.stringMatching(
        /^A discharge could not be refreshed: third party refused: .* What is at hand still holds\.$/,
      ),
    ]);
    expect(asked(fly.requests).map((line) => line.split('?')[0])).toEqual([
      `${TICKET} 403`,
      `GET /v1/apps/${APP}/machines 200`,
      `POST /v1/apps/${APP}/machines/${WORKERS[0]}/start 200`,
      `GET /v1/apps/${APP}/machines/${WORKERS[0]}/wait`,
      `GET /v1/apps/${APP}/machines/${WORKERS[0]} 200`,
    ]);
  });
});
