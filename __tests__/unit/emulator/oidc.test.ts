import { createPublicKey, verify } from 'node:crypto';
import type { PartySettings } from '../../../emulator/third-parties/party-settings.js';
import { parseToken, ticketKey, ticketsOf } from '../../../src/macaroon/bundle.js';
import { validity } from '../../../src/macaroon/macaroon.js';
import { APP, createRig, parse } from './rig.js';

const LOCATION = 'https://fly.test/own/v1';

function oidcRig(own: Partial<PartySettings> = {}, others: object = {}) {
  const settings = { own: { credential: 'oidc', lifetimeMs: 60_000, ...own }, ...others };
  const rig = createRig(undefined, { settings });
  const { fly, call } = rig;
  const [ticket] = ticketsOf(parseToken(fly.mintToken({ app: APP, thirdParty: 'own' }).slice(6)));
  const body = { ticket: ticketKey(ticket?.ticket ?? new Uint8Array()) };
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = fly.github;
  const { pathname, search } = new URL(url);
  const token = async (audience = LOCATION, bearer = secret) => {
    const path = `${pathname}${search}&audience=${encodeURIComponent(audience)}`;
    const answer = await call('GET', path, { token: `bearer ${bearer}` });
    return answer.status === 200 ? parse<{ value: string }>(answer).value : `${answer.status}`;
  };
  const show = (jwt: string) =>
    call('POST', '/own/v1/.well-known/macfly/3p', { token: jwt === '' ? '' : `Bearer ${jwt}`, body });
  return { ...rig, token, show };
}

/** Changes a token's claims or its header, under the same signature. */
function alter(jwt: string, part: 0 | 1, changes: object): string {
  const parts = jwt.split('.');
  const json: object = JSON.parse(Buffer.from(parts[part] ?? '', 'base64url').toString());
  parts[part] = Buffer.from(JSON.stringify({ ...json, ...changes })).toString('base64url');
  return parts.join('.');
}

describe('when the emulated GitHub gives an OIDC token', () => {
  it('is signed by a key that it publishes, and says what the settings say', async () => {
    const { call, token, clock } = oidcRig();
    const [head, body, signature = ''] = (await token('somebody')).split('.');
    const { jwks_uri: uri } = parse<{ jwks_uri: string }>(
      await call('GET', '/github/.well-known/openid-configuration'),
    );
    const { keys } = parse<{ keys: [Record<string, string>] }>(await call('GET', new URL(uri).pathname));
    const key = createPublicKey({ key: { ...keys[0] }, format: 'jwk' });
    const signed = Buffer.from(`${head}.${body}`);
    expect(verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    const now = clock.now() / 1_000;
    expect(JSON.parse(Buffer.from(body ?? '', 'base64url').toString())).toMatchObject({
      iss: 'https://fly.test/github',
      aud: 'somebody',
      sub: 'repo:octocat/hello-world:environment:production',
      repository: 'octocat/hello-world',
      repository_owner: 'octocat',
      ref: 'refs/heads/main',
      iat: now,
      exp: now + 300,
    });
  });

  it('takes no time, whatever else waits for it to pass', async () => {
    const { token, show, clock } = oidcRig();
    const start = clock.now();
    void clock.sleep(1);
    expect((await show(await token())).status).toBe(201);
    expect(clock.now()).toBe(start);
  });

  it('goes to the job alone', async () => {
    expect(await oidcRig().token(LOCATION, 'somebody-else')).toBe('401');
  });
});

describe('when a third party goes by OIDC tokens', () => {
  it('gives a short discharge for one', async () => {
    const { token, show, clock } = oidcRig();
    const answer = await show(await token());
    expect(answer.status).toBe(201);
    const { macaroon } = parseToken(parse<{ discharge: string }>(answer).discharge);
    expect(validity(macaroon).notAfter).toBe(clock.now() / 1_000 + 60);
  });

  it.each<[string, (jwt: string) => string]>([
    ['none', () => ''],
    ['no web token', () => 'abc'],
    ['other claims under its signature', (jwt) => alter(jwt, 1, { ref: 'refs/heads/other' })],
    ['no signature at all', (jwt) => `${alter(jwt, 0, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
    ['another key', (jwt) => alter(jwt, 0, { kid: 'other' })],
    ['a part too many', (jwt) => `${jwt}.x`],
  ])('takes no other: %s', async (_, change) => {
    const { token, show } = oidcRig();
    expect((await show(change(await token()))).status).toBe(401);
  });

  it('takes none for somebody else, of another GitHub, or that has ended', async () => {
    const { token, show, clock, fly } = oidcRig();
    expect((await show(await token('https://elsewhere.test'))).status).toBe(401);
    const jwt = await token();
    fly.origin = 'https://other.test';
    expect((await show(jwt)).status).toBe(401);
    fly.origin = 'https://fly.test';
    expect((await show(jwt)).status).toBe(201);
    await clock.advance(300_000);
    expect((await show(jwt)).status).toBe(401);
  });

  it.each([
    ['repository=octocat/*,ref=refs/heads/main', 201],
    ['sub=repo:octocat/hello-world:*', 201],
    ['ref=refs/heads/release', 403],
    ['repository=octocat/hell', 403],
    ['repository=.*', 403],
    ['job_workflow_ref=*', 201],
    ['job_workflow_ref=a*', 403],
  ])('has a policy: %s', async (oidcClaims, status) => {
    const { token, show } = oidcRig({ oidcClaims });
    expect((await show(await token())).status).toBe(status);
  });

  it('may want another audience than its location', async () => {
    const { token, show } = oidcRig({ oidcAudience: 'discharges' });
    expect((await show(await token('discharges'))).status).toBe(201);
    expect((await show(await token())).status).toBe(401);
  });
});
