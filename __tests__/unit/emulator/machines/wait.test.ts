import type { GivenSettings } from '../../../../emulator/settings.js';
import { APP, createRig, ID, PATH, parse } from '../rig.js';

const rigWith = (state: 'started' | 'stopped', settings: GivenSettings = {}) =>
  createRig([{ id: ID, state }], { settings });

describe('when a machine reaches the state', () => {
  it('answers at that moment, with the version and the event to go on from', async () => {
    const { fly, clock, call, act } = rigWith('stopped');
    await act('start');
    const before = clock.now();
    const answer = await call('GET', `${PATH}/wait?state=started&timeout=30`);
    const { instanceId, events } = fly.machine(APP, ID);
    expect(clock.now() - before).toBe(800);
    expect([answer.status, parse(answer)]).toEqual([
      200,
      { ok: true, state: 'started', version: instanceId, event_id: events[0]?.id },
    ]);
  });

  it('answers at once where it is there already, started being what is waited for by default', async () => {
    const { clock, call } = rigWith('started');
    const before = clock.now();
    expect((await call('GET', `${PATH}/wait`)).status).toBe(200);
    expect(clock.now()).toBe(before);
  });

  it('sees what another request brings about meanwhile', async () => {
    const { clock, call, act } = rigWith('started');
    const waiting = call('GET', `${PATH}/wait?state=stopped`);
    await act('stop', { body: { signal: 'SIGKILL' } });
    expect((await waiting).status).toBe(200);
    expect(clock.now()).toBeLessThan(Date.UTC(2025, 0, 15, 12, 0, 1));
  });

  it.each([
    ['state=stopped&state=started', 'started'],
    ['state=stopped,failed,started', 'started'],
    ['state=settled', 'started'],
  ])('takes any of several: %s', async (query, state) => {
    expect(parse(await rigWith('started').call('GET', `${PATH}/wait?${query}`))).toMatchObject({ state });
  });

  it('takes a state that it went through since an event', async () => {
    const { fly, clock, call, act } = rigWith('started');
    const from = fly.machine(APP, ID).events[0]?.id;
    await act('stop');
    await clock.advance(1_000);
    await act('start');
    await clock.advance(1_000);
    const query = `state=stopped&from_event_id=${from}&timeout=1`;
    expect((await call('GET', `${PATH}/wait?${query}`)).status).toBe(200);
    expect((await call('GET', `${PATH}/wait?state=stopped&timeout=1`)).status).toBe(408);
    const either = await call('GET', `${PATH}/wait?state=started,stopped&from_event_id=${from}`);
    expect(parse(either)).toMatchObject({ state: 'stopped' });
  });
});

describe('when it does not get there', () => {
  it.each([
    ['prefixed', 'deadline_exceeded: machine failed to reach desired state, stopped, currently started'],
    ['bare', 'machine failed to reach desired state, stopped, currently started'],
  ] as const)('answers 408 after the time that was asked for: %s', async (waitText, error) => {
    const { clock, call } = rigWith('started', { waitText });
    const before = clock.now();
    const answer = await call('GET', `${PATH}/wait?state=stopped&timeout=7`);
    expect([answer.status, parse(answer)]).toEqual([408, { error }]);
    expect(clock.now() - before).toBe(7_000);
  });

  it('gives up after a minute by itself', async () => {
    const { clock, call } = rigWith('started');
    const before = clock.now();
    expect((await call('GET', `${PATH}/wait?state=stopped`)).status).toBe(408);
    expect(clock.now() - before).toBe(60_000);
  });

  it('ends when the caller goes', async () => {
    const { clock, reply } = rigWith('started');
    const gone = new AbortController();
    const waiting = reply('GET', `${PATH}/wait?state=stopped`, { signal: gone.signal });
    gone.abort();
    expect(await waiting).toMatchObject({ fault: 'reset' });
    expect(clock.now()).toBe(Date.UTC(2025, 0, 15, 12));
  });

  it.each(['timeout=0', 'timeout=61', 'timeout=1m', 'timeout=-1', 'state=nonsense', 'version=never-seen'])(
    'refuses with 400: %s',
    async (query) => {
      expect((await rigWith('started').call('GET', `${PATH}/wait?${query}`)).status).toBe(400);
    },
  );
});

describe('when the version matters', () => {
  it.each([
    ['any', '', 200],
    ['needs-version', '', 400],
    ['needs-version', '&version=', 200],
    ['needs-version', '&instance_id=', 200],
  ] as const)('waits for stopped, %s: "%s" gives %i', async (waitStopped, parameter, status) => {
    const { fly, call } = rigWith('stopped', { waitStopped });
    const version = parameter === '' ? '' : parameter + fly.machine(APP, ID).instanceId;
    expect((await call('GET', `${PATH}/wait?state=stopped${version}`)).status).toBe(status);
  });

  it.each(['408', '412'] as const)('ends at once on an old version: %s', async (waitReplaced) => {
    const { fly, clock, call } = rigWith('started', { waitReplaced });
    const old = fly.machine(APP, ID).instanceId;
    fly.replaceMachine(APP, ID);
    const before = clock.now();
    const answer = await call('GET', `${PATH}/wait?state=started&version=${old}`);
    expect(answer).toMatchObject({
      status: Number(waitReplaced),
      body: expect.stringContaining('currently replaced'),
    });
    expect(clock.now()).toBe(before);
    expect((await call('GET', `${PATH}/wait?state=started`)).status).toBe(200);
    expect(clock.now() - before).toBe(3_500);
  });
});
