import { createVirtualClock } from '../../../../emulator/virtual-clock.js';
import { type Credential, parseCredential } from '../../../../src/discharge/third-party/origins.js';
import { ActionError } from '../../../../src/errors.js';
import { answer, type Scripted } from '../../../support/fakes/scripted-transport.js';
import { exchange, failure, GOOD, LOCATION } from './exchange-rig.js';

const JWT = `eyJhbGciOiJSUzI1NiJ9.${'eyJhdWQiOiJodHRwczovL2lkLmV4YW1wbGUifQ'.repeat(3)}.c2lnbmF0dXJlMTIz`;
const good = answer(201, { discharge: GOOD });
const wait = answer(202, { error: 'not ready' });

function withOidc(
  script: readonly Scripted[],
  line = 'https://id.example: oidc',
  other: readonly Credential[] = [],
) {
  const asked: string[] = [];
  const clock = createVirtualClock();
  const it = exchange(script, {
    clock,
    credentials: [...other, parseCredential(line)],
    oidcToken: async (audience) => `${JWT}-${asked.push(audience)}`,
  });
  return { ...it, audiences: asked, clock };
}

describe("when a third party wants the job's OIDC token", () => {
  it.each([
    ['https://id.example: oidc', LOCATION],
    ['https://id.example: oidc my-audience', 'my-audience'],
  ])('shows it one for its audience: %s', async (line, audience) => {
    const { done, requests, audiences } = withOidc([good], line);
    expect((await done).text).toBe(GOOD);
    expect(audiences).toEqual([audience]);
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${JWT}-1`]);
  });

  it('asks for none where the token is for another origin', async () => {
    const { done, requests, audiences } = withOidc([good], 'https://id.example:8443: oidc');
    await done;
    expect(audiences).toEqual([]);
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('has it again for polls, and a new one before it has ended', async () => {
    const polls = Array<Scripted>(20).fill(wait);
    const { done, requests, audiences } = withOidc([answer(201, { poll_url: '/p' }), ...polls, good]);
    await done;
    expect(audiences).toHaveLength(2);
    const sent = requests.map(({ headers }) => headers['authorization']);
    expect(sent[1]).toBe(`Bearer ${JWT}-1`);
    expect(sent.at(-1)).toBe(`Bearer ${JWT}-2`);
  });

  it('waits for one that has to be woken up first', async () => {
    const { done, pauses } = withOidc([answer(503), answer(502), answer(503), answer(503), good]);
    await done;
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it.each([
    [401, 'invalid OIDC token', /for the audience `https:\/\/id\.example\/aaa\/v1`/],
    [403, 'identity not allowed to discharge credential "prod"', /policy has to allow this job/],
  ])('says what to look at when it is refused with %i', async (status, error, hint) => {
    expect(await failure(withOidc([answer(status, { error })]))).toMatchObject({
      class: 'third party refused',
      message: `${LOCATION}: it answered ${status}: ${error}`,
      hint: expect.stringMatching(hint),
    });
  });

  it('does not show a token that it sends back', async () => {
    const error = await failure(
      withOidc([answer(401, { error: `bad token ${JWT}-1 or ${JWT.split('.')[1]}` })]),
    );
    expect(String(error)).not.toContain('eyJ');
  });

  it('says that it is GitHub who does not answer', async () => {
    const it = exchange([], {
      credentials: [parseCredential('https://id.example: oidc')],
      oidcToken: () => Promise.reject(new ActionError('timeout', 'no answer within 10 s')),
    });
    expect(await failure(it)).toMatchObject({
      class: 'timeout',
      message: `${LOCATION}: no OIDC token for it from GitHub: no answer within 10 s`,
      hint: expect.stringContaining('githubstatus'),
    });
    expect(it.requests).toEqual([]);
  });
});
