import { createVirtualClock } from '../../../emulator/virtual-clock.js';
import { toldRequests } from '../../../src/http/told-requests.js';
import type { HttpRequest } from '../../../src/http/transport.js';
import { tokenText } from '../../../src/macaroon/bundle.js';
import { connectionError } from '../../support/fakes/fly-transport.js';
import { answer, type Scripted, scripted } from '../../support/fakes/scripted-transport.js';
import { permission } from '../../support/tokens/tokens.js';

const API = 'https://api.machines.dev/v1/apps/my-app/machines';
const HEADER = `FlyV1 ${tokenText(permission())}`;
const NONCE = '0a1b2c3d4e5f67';

async function told(url: string, script: Scripted, given: Partial<HttpRequest> = {}): Promise<string[]> {
  const lines: string[] = [];
  const clock = createVirtualClock();
  const { transport } = scripted(script);
  const slow = async (request: HttpRequest) => {
    await clock.advance(84);
    return transport(request);
  };
  const headers = { authorization: HEADER, 'fly-machine-lease-nonce': NONCE };
  const request = { method: 'GET', url: new URL(url), headers, maxBytes: 1, ...given } as const;
  const { signal } = new AbortController();
  const send = toldRequests(slow, clock, (line) => lines.push(line));
  await send({ ...request, signal }).catch(() => undefined);
  return lines;
}

describe('when requests are told', () => {
  it('has one line for each: method, address, status, time, request id and attempt', async () => {
    const found = answer(200, {}, { 'fly-request-id': '01JREQ-fra' });
    expect(await told(`${API}?include_leases=true`, found, { attempt: 2 })).toEqual([
      `GET ${API} 200, 84 ms, request 01JREQ-fra, attempt 2`,
    ]);
  });

  it.each([
    [connectionError('ECONNRESET'), 'network'],
    [new Error('never'), 'failed'],
  ])('tells what no answer came of: %s', async (error, how) => {
    expect(await told(API, error, { attempt: 1, method: 'POST' })).toEqual([
      `POST ${API} ${how}, 84 ms, attempt 1`,
    ]);
  });

  it('shows of a third party, a probe or GitHub nothing but their origin and the status', async () => {
    const secret = tokenText(permission());
    const evil = answer(200, {}, { 'fly-request-id': secret });
    for (const url of [
      `https://auth.example/poll/short-secret`,
      `https://me:short-secret@auth.example/${secret}?t=${secret}#${secret}`,
      'https://auth.example/%0A::error::short-secret',
    ])
      expect(await told(url, evil)).toEqual(['GET https://auth.example/… 200, 84 ms']);
  });

  it('shows nothing that was sent, where a path or a header of the answer holds it', async () => {
    const token = HEADER.slice('FlyV1 '.length);
    for (const secret of [token, token.slice(4), token.slice(10, 60), NONCE, HEADER]) {
      const evil = answer(200, {}, { 'fly-request-id': `R ${secret}` });
      const [line = ''] = await told(`${API}/${encodeURIComponent(secret)}/wait?x=${NONCE}`, evil, {
        attempt: 1,
      });
      expect(line).toMatch(/^GET https:\/\/api\.machines\.dev.* 200, 84 ms, .*attempt 1$/);
      expect(line).not.toContain(secret);
      expect(line).not.toContain(encodeURIComponent(secret));
    }
  });

  it('stays one line of bearable length, whatever a path and a header hold', async () => {
    const evil = answer(200, {}, { 'fly-request-id': `\r\n::error::${'x'.repeat(10_000)}` });
    const [line = ''] = await told(`${API}/${'y/'.repeat(10_000)}`, evil, { attempt: 1 });
    expect(line.length).toBeLessThan(800);
    expect(line).not.toMatch(/[\r\n]/);
  });
});
