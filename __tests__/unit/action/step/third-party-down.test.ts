import { readdirSync } from 'node:fs';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

const rigs: StepRig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

it.each([
  ['for half a minute', '5m', 28_000],
  ['as long as the step may take', '2s', 2_000],
])('fails auth where a third party is down %s, with what it answers', async (_, timeout, took) => {
  const rig = createStepRig({ machines: [{}], settings: { aaa: { behaviour: 'down' } } });
  rigs.push(rig);
  const start = rig.clock.now();
  const token = rig.fly.mintToken({ app: 'my-app' });
  const { log, succeeded } = await rig.step('auth', { token, app: 'my-app', timeout });
  expect(succeeded).toBe(false);
  expect(log.said('error')).toEqual([
    expect.stringMatching(
      /^missing discharge: No discharge for the token: https:\/\/fly\.test\/aaa\/v1: .*answered 503\. The service seems to be down/,
    ),
  ]);
  expect(rig.clock.now() - start).toBe(took);
  expect(readdirSync(rig.temp).filter((name) => name.includes('session'))).toEqual([]);
});
