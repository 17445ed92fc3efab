import { ActionError } from '../../../../src/errors.js';
import { RATE_HINT } from '../../../../src/machines/api/refusal-table.js';
import { connectionError } from '../../../support/fakes/fly-transport.js';
import { answer, type Scripted, scriptedClient } from '../../../support/fakes/scripted-transport.js';
import { changes } from '../../../support/rigs/changes.js';
import { thrownBy } from '../../../support/rigs/machines-rig.js';

const MACHINE = { app: 'my-app', id: 'a1' };
const SHOWN = { id: 'a1', state: 'started' };
const NEVER = new AbortController().signal;
const RESET = connectionError('ECONNRESET');
const REFUSED = connectionError('ECONNREFUSED');

describe('when an answer is hostile', () => {
  const secret = 'fo1_0123456789abcdef0123456789abcdef';
  const echo = { error: `no access for Bearer ${secret}` };

  it.each([403, 200])('shows nothing of what was sent, though the answer (%i) holds it', async (status) => {
    const body = status === 200 ? { status: 'error', message: echo.error } : echo;
    const { client } = scriptedClient([answer(status, body)], { header: `Bearer ${secret}` });
    const error = await thrownBy(changes(client).start(MACHINE, {}, NEVER));
    expect(error.message).toContain('no access for Bearer […]');
    expect(JSON.stringify([error.line, error])).not.toContain(secret);
  });

  it('takes a machine that is listed twice as one', async () => {
    const { client } = scriptedClient([answer(200, [SHOWN, SHOWN])]);
    expect(await client.list('my-app', NEVER)).toHaveLength(1);
  });

  it('takes no other machine for the one that was asked for', async () => {
    const { client } = scriptedClient([answer(200, { ...SHOWN, id: 'a2' })]);
    const error = await thrownBy(client.get(MACHINE, NEVER));
    expect(error).toMatchObject({
      class: 'Fly failure',
      message: expect.stringContaining('about another machine'),
    });
  });

  it.each(['', '.', '..'])('does not believe an id that would lead a path elsewhere: %j', async (id) => {
    const { client } = scriptedClient([answer(200, [{ ...SHOWN, id }])]);
    expect(await thrownBy(client.list('my-app', NEVER))).toMatchObject({ class: 'Fly failure' });
  });
});

describe('when machines are listed', () => {
  it('costs one request, and they come in the order of their ids', async () => {
    const { client, requests } = scriptedClient([
      answer(
        200,
        ['c', 'a', 'b'].map((id) => ({ ...SHOWN, id })),
      ),
    ]);
    const machines = await client.list('my-app', NEVER);
    expect(machines.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { authorization: 'FlyV1 old' } });
    expect(requests[0]?.url.href).toBe('https://api.machines.dev/v1/apps/my-app/machines');
  });

  it('takes a machine that is told twice for one', async () => {
    const { client } = scriptedClient([answer(200, [SHOWN, { ...SHOWN, id: 'b' }, SHOWN])]);
    expect((await client.list('my-app', NEVER)).map(({ id }) => id)).toEqual(['a1', 'b']);
  });

  it('keeps strange names inside of their place in the path', async () => {
    const { client, requests } = scriptedClient([answer(200, []), answer(200, { ...SHOWN, id: '1/../2' })]);
    await client.list('a/b?c#d', NEVER);
    await client.get({ app: 'x', id: '1/../2' }, NEVER);
    expect(requests.map(({ url }) => url.pathname + url.search)).toEqual([
      '/v1/apps/a%2Fb%3Fc%23d/machines',
      '/v1/apps/x/machines/1%2F..%2F2',
    ]);
  });
});

describe('when Fly answers 401', () => {
  it('renews the token once and asks once more', async () => {
    const { client, requests, renewals } = scriptedClient([answer(401), answer(200, SHOWN)], {
      renewed: 'FlyV1 new',
    });
    await client.get(MACHINE, NEVER);
    expect(renewals).toEqual(['FlyV1 old']);
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual(['FlyV1 old', 'FlyV1 new']);
  });

  it('repeats a change as well: it was not looked at', async () => {
    const { client, requests } = scriptedClient([answer(401), answer(200)], { renewed: 'FlyV1 new' });
    await changes(client).start(MACHINE, {}, NEVER);
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  it('gives up after that', async () => {
    const { client, requests, renewals } = scriptedClient([answer(401), answer(401)], {
      renewed: 'FlyV1 new',
    });
    expect(await thrownBy(client.get(MACHINE, NEVER))).toMatchObject({ class: 'unauthorized', status: 401 });
    expect([requests.length, renewals.length]).toEqual([2, 1]);
  });

  it('does not ask again when there is no other token to be had', async () => {
    const { client, requests } = scriptedClient([answer(401)]);
    expect(await thrownBy(client.list('my-app', NEVER))).toMatchObject({ class: 'unauthorized' });
    expect(requests).toHaveLength(1);
  });

  it('says why the token could not be renewed, where that is known', async () => {
    const why = new ActionError('third party refused', 'no');
    const { client } = scriptedClient([answer(401)], { renewed: why });
    expect(await thrownBy(client.get(MACHINE, NEVER))).toBe(why);
  });
});

describe('when a request fails', () => {
  const TROUBLES: readonly (readonly [string, Scripted])[] = [
    ['408', answer(408)],
    ['429', answer(429)],
    ['500', answer(500)],
    ['502', answer(502, '<html>bad gateway')],
    ['504', answer(504)],
    ['a reset', RESET],
    ['no connection', REFUSED],
  ];

  it.each(TROUBLES)('reads again after %s', async (_, trouble) => {
    const { client, requests, clock } = scriptedClient([trouble, trouble, answer(200, SHOWN)]);
    const machine = await clock.run(client.get(MACHINE, NEVER));
    expect(machine.id).toBe('a1');
    expect(requests).toHaveLength(3);
  });

  it.each(TROUBLES.filter(([name]) => !['429', 'no connection'].includes(name)))(
    'does not change again after %s, which leaves open whether it happened',
    async (_, trouble) => {
      const { client, requests, clock } = scriptedClient([trouble]);
      await thrownBy(clock.run(changes(client).stop(MACHINE, {}, NEVER)));
      expect(requests).toHaveLength(1);
    },
  );

  it.each(TROUBLES.filter(([name]) => ['429', 'no connection'].includes(name)))(
    'changes again after %s, by which surely nothing happened',
    async (_, trouble) => {
      const { client, requests, clock } = scriptedClient([trouble, answer(200)]);
      await clock.run(changes(client).start(MACHINE, {}, NEVER));
      expect(requests).toHaveLength(2);
    },
  );

  it.each([400, 403, 404, 409, 412, 422])('takes %i as it stands', async (status) => {
    const { client, requests } = scriptedClient([answer(status, { error: 'no' }, { 'fly-request-id': 'R' })]);
    expect(await thrownBy(client.get(MACHINE, NEVER))).toMatchObject({ status, requestId: 'R' });
    expect(requests).toHaveLength(1);
  });

  it('gives up reading after five troubles in a row, and throws the last', async () => {
    const { client, clock } = scriptedClient([RESET, RESET, RESET, RESET, answer(503, { error: 'down' })]);
    expect(await thrownBy(clock.run(client.get(MACHINE, NEVER)))).toMatchObject({ class: 'Fly failure' });
  });

  it('pauses longer each time, and as long as Fly asks for', async () => {
    const { client, clock } = scriptedClient([
      answer(500),
      answer(500),
      answer(429, {}, { 'retry-after': '7' }),
      answer(200, SHOWN),
    ]);
    const start = clock.now();
    await clock.run(client.get(MACHINE, NEVER));
    expect(clock.now() - start).toBe(250 + 500 + 7000);
  });
});

describe('when Fly does not answer', () => {
  it('ends one attempt after its limit and reads again', async () => {
    const { client, clock, requests } = scriptedClient(['hang', answer(200, SHOWN)]);
    const start = clock.now();
    await clock.run(client.get(MACHINE, NEVER));
    expect(requests).toHaveLength(2);
    expect(clock.now() - start).toBe(30_250);
  });

  it('does not send a change a second time, and says what was tried', async () => {
    const { client, clock, requests } = scriptedClient(['hang']);
    const error = await thrownBy(clock.run(changes(client).start(MACHINE, {}, NEVER)));
    expect(error.line).toMatch(/^timeout: start machine a1: no answer within 30 s\. /);
    expect(requests).toHaveLength(1);
  });

  it('leaves a wait the time that it asked for', async () => {
    const { client, clock } = scriptedClient(['hang', answer(200)]);
    const start = clock.now();
    await clock.run(client.wait(MACHINE, { states: ['started'], version: undefined, seconds: 60 }, NEVER));
    expect(clock.now() - start).toBe(90_250);
  });

  const UNTIL_THE_END: readonly (readonly [string, readonly Scripted[]])[] = [
    ['in an attempt', ['hang']],
    ['in a pause', [answer(429, {}, { 'retry-after': '9999' })]],
    ['while connections fail', [RESET, 'hang']],
  ];

  it.each(UNTIL_THE_END)('ends at once when the job is cancelled: %s', async (_, script) => {
    const { client, clock } = scriptedClient(script);
    const step = new AbortController();
    const reason = new ActionError('cancelled', 'the job was cancelled');
    const work = thrownBy(client.get(MACHINE, step.signal));
    await clock.advance(10_000);
    step.abort(reason);
    expect(await work).toBe(reason);
  });

  it.each(UNTIL_THE_END)('ends at the deadline with its reason and hint: %s', async (how, script) => {
    const { client, clock } = scriptedClient(script);
    const step = new AbortController();
    const work = thrownBy(client.get(MACHINE, step.signal));
    await clock.advance(10_000);
    step.abort(new ActionError('timeout', 'not done within 10 s', { hint: 'Give it more time.' }));
    const error = await work;
    // All that was heard of Fly is 429, for which more time in this step is no remedy.
    const [errorClass, hint] =
      how === 'in a pause' ? ['rate limited', RATE_HINT] : ['timeout', 'Give it more time.'];
    expect(error).toMatchObject({ class: errorClass, hint });
    expect(error.message).toMatch(/^read machine a1: not done within 10 s/);
  });

  it('says at the deadline what went wrong before', async () => {
    const { client, clock } = scriptedClient([answer(503), RESET, 'hang']);
    const step = new AbortController();
    const work = thrownBy(client.get(MACHINE, step.signal));
    await clock.advance(10_000);
    step.abort(new ActionError('timeout', 'not done within 10 s'));
    expect((await work).message).toMatch(/; before that: .*ECONNRESET$/);
  });

  it('keeps the advice of what went wrong before', async () => {
    const proxy = new ActionError('network', 'no tunnel', { hint: 'Let the proxy allow it.', cause: RESET });
    const { client, clock } = scriptedClient([proxy, 'hang']);
    const step = new AbortController();
    const work = thrownBy(client.get(MACHINE, step.signal));
    await clock.advance(10_000);
    step.abort(new ActionError('timeout', 'not done within 10 s', { hint: 'Give it more time.' }));
    expect(await work).toMatchObject({ class: 'timeout', hint: 'Let the proxy allow it.' });
  });

  it('sends nothing once the step has ended', async () => {
    const { client, requests } = scriptedClient([]);
    const over = AbortSignal.abort(new ActionError('timeout', 'not done'));
    expect(await thrownBy(changes(client).start(MACHINE, {}, over))).toMatchObject({ class: 'timeout' });
    expect(requests).toHaveLength(0);
  });
});

describe('when an answer makes no sense', () => {
  it.each([
    ['HTML', '<!doctype html>', 'it is not JSON'],
    ['nothing', '', 'it is not JSON'],
    ['cut off', '[{"id":"a', 'it is not JSON'],
    ['another type', '{"machines":[]}', 'expected array'],
    ['a wrong field', '[{"id":1,"state":"started"}]', '.0.id'],
  ])('is an error of Fly that says what is wrong: %s', async (_, body, why) => {
    const { client } = scriptedClient([answer(200, body, { 'fly-request-id': 'R' })]);
    const error = await thrownBy(client.list('my-app', NEVER));
    expect(error).toMatchObject({ class: 'Fly failure', status: 200, requestId: 'R' });
    expect(error.message).toContain("list the machines of my-app: Fly's answer (200) makes no sense");
    expect(error.message).toContain(why);
  });

  it('does not repeat the answer itself', async () => {
    const { client } = scriptedClient([answer(200, '"fm2_lJPEsecret"')]);
    expect((await thrownBy(client.get(MACHINE, NEVER))).line).not.toContain('secret');
  });
});

describe('when a connection may have been closed', () => {
  it('repeats on a fresh one what was not sent, and reads once more on one', async () => {
    const listed = answer(200, []);
    const { client, requests, clock } = scriptedClient([REFUSED, answer(200, {}), RESET, listed, listed]);
    await clock.run(changes(client).start(MACHINE, {}, NEVER));
    await clock.run(client.list('my-app', NEVER));
    await clock.run(client.list('other-app', NEVER));
    expect(requests.map(({ isFresh }) => isFresh)).toEqual([false, true, false, true, false]);
  });

  it('runs each command on a fresh one', async () => {
    const { client, requests } = scriptedClient([answer(200, { exit_code: 0 })]);
    await client.exec(MACHINE, { command: ['ls'], timeout: 1000 }, NEVER);
    expect(requests.map(({ isFresh }) => isFresh)).toEqual([true]);
  });
});
