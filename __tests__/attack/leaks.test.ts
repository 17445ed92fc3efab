import { onOneNode } from '../support/scenarios/nodes.js';
import { CREDENTIAL, SECRETIVE, secretJob } from '../support/scenarios/secrets.js';
import { sessionFiles, shareTemp } from '../support/scenarios/session.js';

onOneNode('When a whole job has run', (open) => {
  it('has left its secrets in the session alone, and that is gone', async () => {
    const scenario = await open(SECRETIVE);
    const { job, fly } = scenario;
    const { search, inputs, run } = secretJob(scenario);
    await run({ uses: './auth', with: inputs });
    await run({ uses: './list' });
    scenario.shiftFlysClock(540_000);
    await run({ uses: './start', with: { 'process-group': 'worker' } });
    await run({ uses: './stop', with: { machines: 'all' } });
    // Both discharges were acquired and refreshed, so there is something to be found.
    expect(fly.requests.filter(({ path }) => path.endsWith('3p'))).toHaveLength(4);
    expect(search.in(sessionFiles(job)[0]?.content ?? '').sort()).toEqual([
      'a credential',
      'a discharge',
      'a permission token',
      'a ticket',
    ]);
    expect(search.files(job)).toEqual([]);
    for (const post of await job.post()) expect(search.printed(post)).toEqual([]);
    expect(job.status).toBe('success');
    expect(sessionFiles(job)).toEqual([]);
    expect(search.files(job)).toEqual([]);
  });

  it('has exported the token where it was asked to, and nowhere else', async () => {
    const scenario = await open(SECRETIVE);
    const { search, inputs, run } = secretJob(scenario);
    const step = { uses: './auth', with: { ...inputs, 'export-token': 'env' } };
    const { outputs } = await run(step, ['token', 'FLY_API_TOKEN']);
    expect(search.in(outputs['token'] ?? '')).toEqual(
      expect.arrayContaining(['a discharge', 'a permission token']),
    );
    const leaks = search
      .files(scenario.job)
      .map((leak) => /set_(output|env)_[\w-]+$/.exec(leak)?.[1] ?? leak);
    expect([...new Set(leaks)].sort()).toEqual(['env', 'output']);
  });

  it('has sent no part of the token to a third party, and no credential to the Machines API', async () => {
    const scenario = await open(SECRETIVE);
    const { inputs, token, run } = secretJob(scenario);
    await run({ uses: './auth', with: inputs });
    await run({ uses: './list' });
    const isParty = (path: string) => /^\/(aaa|own)\//.test(path);
    const sent = scenario.arrivals.map(
      (request) => [isParty(request.path), JSON.stringify(request)] as const,
    );
    expect(sent.map(([party]) => party)).toEqual([true, true, false]);
    for (const [party, request] of sent) {
      // What the session adds to a token changes how it ends.
      const parts = token
        .replace('FlyV1 ', '')
        .split(',')
        .map((part) => part.slice(0, 60));
      expect(parts.some((part) => request.includes(part))).toBe(!party);
      expect(request.includes(CREDENTIAL)).toBe(party);
    }
  });
});

onOneNode('When a step uses the session', (open) => {
  it('masks all of it before it prints anything else, though this step was given no secret', async () => {
    const scenario = await open(SECRETIVE);
    const { search, inputs, run } = secretJob(scenario);
    const { env } = await run({ uses: './auth', with: inputs });
    const session: { token: string } = JSON.parse(sessionFiles(scenario.job)[0]?.content ?? '');
    const later = scenario.anotherJob({ env });
    shareTemp(later, scenario.job);
    const { stdout } = await later.step({ uses: './list' });
    const printed = stdout.split(/\r?\n/);
    const masks = printed.slice(
      0,
      printed.findIndex((line) => !line.startsWith('::add-mask::')),
    );
    for (const part of session.token.split(',')) {
      expect(masks).toContain(`::add-mask::${part}`);
      expect(later.mask(`<${part.slice(part.indexOf('_') + 1)}>`)).toBe('<***>');
    }
    expect(later.mask(`<${CREDENTIAL}>`)).toBe('<***>');
    expect(search.in(masks.join('\n'))).toEqual(
      expect.arrayContaining(['a permission token', 'a discharge', 'a credential']),
    );
  });
});
