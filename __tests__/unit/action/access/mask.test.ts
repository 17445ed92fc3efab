import {
  credentialForms,
  credentialInputForms,
  maskSession,
  tokenForms,
  webTokenForms,
} from '../../../../src/action/access/mask.js';
import { fakeLog } from '../../../support/fakes/fake-shell.js';
import { discharged, freshToken, session } from '../../../support/tokens/sessions.js';

const body = (token: string) => token.slice(4);

describe('when a token is to be masked', () => {
  const one = freshToken();
  const two = freshToken();

  it('is in every form in which it could be printed', () => {
    const text = `FlyV1 ${one},${two}`;
    const forms = tokenForms(text);
    expect(forms).toEqual(expect.arrayContaining([text, `${one},${two}`, one, two, body(one), body(two)]));
    expect(forms).toContain(body(one).replace(/=+$/, ''));
  });

  it.each(['FlyV1 ', 'Bearer ', 'flyv1 bearer ', '', 'Bearer FlyV1 '])('knows the scheme %j', (scheme) => {
    expect(tokenForms(`${scheme}${one},${two}`)).toEqual(
      expect.arrayContaining([`${one},${two}`, one, body(two)]),
    );
  });

  it.each([
    ['quotes', `"${one}"`],
    ['blanks and line breaks', `\n  ${one} ,\n ${two}\n`],
    ['backticks', `\`FlyV1 ${one}\``],
    ['single quotes within', `'${two}','${one}'`],
  ])('finds the token within %s', (_, text) => {
    expect(tokenForms(text)).toEqual(expect.arrayContaining([one, body(one)]));
  });

  it.each([
    ['a scheme without its blank', `FlyV1${one},${two}`],
    ['an encoded blank', `FlyV1%20${one},${two}`],
    ['an encoding as a whole', encodeURIComponent(`FlyV1 ${one},${two}`)],
    ['no comma between', `${one}${two}`],
  ])('finds the tokens in what came with %s, as it came and as it is sent', (_, text) => {
    const asItCame = text.split(/%20|%2C|,|(?=fm2_)/).filter((it) => it.startsWith('fm2_'));
    const expected = [text, ...asItCame, ...asItCame.map(body), one, two, body(one), body(two)];
    expect(tokenForms(text)).toEqual(expect.arrayContaining(expected));
  });

  it('joins what a terminal wrapped, and masks the pieces as well', () => {
    const at = 40;
    const wrapped = `FlyV1 ${one.slice(0, at)}\n${one.slice(at)}`;
    const forms = tokenForms(wrapped);
    expect(forms).toEqual(expect.arrayContaining([one, body(one), one.slice(0, at), one.slice(at)]));
  });

  it.each([
    ['an OAuth token', `fo1_${'a1B2c3D4'.repeat(5)}`],
    ['a token of another service', `ghp_${'a1B2c3D4'.repeat(5)}`],
    ['anything else', 'correct-horse-battery-staple'],
  ])('masks %s, though it is no macaroon', (_, text) => {
    expect(tokenForms(text)).toContain(text);
  });

  it('never masks what is shorter than 16 characters', () => {
    for (const text of [
      '',
      'auto',
      'FlyV1',
      'FlyV1 short',
      `fm2_abc,${one}`,
      'a,b,c d "e"',
      ' x '.repeat(20),
    ]) {
      for (const form of tokenForms(text)) expect(form.length).toBeGreaterThanOrEqual(16);
    }
  });

  it('masks what has just 16', () => {
    expect(tokenForms('abcdefghijklmnop')).toEqual(['abcdefghijklmnop']);
    expect(tokenForms('abcdefghijklmno')).toEqual([]);
  });

  it('says nothing twice, and bears any text', () => {
    const forms = tokenForms(`${one},${one}`);
    expect(new Set(forms).size).toBe(forms.length);
    expect(() => tokenForms('\u0000'.repeat(200_000))).not.toThrow();
  });
});

describe('when credentials are to be masked', () => {
  it.each([
    ['https://a.test: geheimes-wort-123', ['geheimes-wort-123']],
    ['https://a.test: Bearer geheimes-wort-123', ['Bearer geheimes-wort-123', 'geheimes-wort-123']],
    ['https://a.test: Basic\tgeheimes-wort-123', ['Basic\tgeheimes-wort-123', 'geheimes-wort-123']],
    ['https://a.test: a: b: geheimes-wort-123', ['a: b: geheimes-wort-123', 'geheimes-wort-123']],
    ['https://a.test: short', []],
  ])('%j', (line, forms) => {
    expect(credentialForms(line)).toEqual(forms);
  });

  it.each([
    ['lines', 'https://a.test: geheimes-wort-123\r\n https://b.test: Bearer anderes-wort-4567 \n'],
    ['a JSON array', '["https://a.test: geheimes-wort-123", "https://b.test: Bearer anderes-wort-4567"]'],
    [
      'a JSON array on several lines',
      '[\n"https://a.test: geheimes-wort-123",\n"https://b.test: anderes-wort-4567"\n]',
    ],
  ])('is done however they are given: %s', (_, text) => {
    expect(credentialInputForms(text)).toEqual(
      expect.arrayContaining(['geheimes-wort-123', 'anderes-wort-4567']),
    );
  });

  it('is done as well as can be with what will be refused', () => {
    expect(credentialInputForms('["https://a.test: geheimes-wort-123')).toEqual(['geheimes-wort-123']);
    expect(credentialInputForms('geheimes-wort-123')).toEqual(['geheimes-wort-123']);
    expect(credentialInputForms('')).toEqual([]);
  });
});

describe("when the job's OIDC token is to be masked", () => {
  it('is masked whole, and by its payload and its signature', () => {
    const [head, payload, signature] = ['eyJhbGciOiJSUzI1NiJ9', 'eyJhdWQiOiJodHRwcyJ9', 'c2lnbmF0dXJlMTIz'];
    const forms = webTokenForms(`${head}.${payload}.${signature}`);
    expect(forms).toEqual(expect.arrayContaining([`${head}.${payload}.${signature}`, payload, signature]));
    expect(forms).not.toContain(head);
  });

  it.each(['oidc', 'oidc https://discharge.example.com/v1', 'OIDC https://discharge.example.com'])(
    'leaves the address alone that it is for: %s',
    (value) => expect(credentialForms(`https://discharge.example.com: ${value}`)).toEqual([]),
  );
});

describe('when a session is found', () => {
  it('masks its token, its discharges and its credentials before anything else', () => {
    const token = freshToken();
    const { discharge } = discharged(token, 1_700_000_000);
    const log = fakeLog();
    maskSession(
      session(token, [], {
        discharges: [{ text: discharge }],
        thirdPartyCredentials: ['https://a.test: geheimes-wort-123'],
      }).content,
      log,
    );
    expect(log.masks).toEqual(
      expect.arrayContaining([token, body(token), discharge, body(discharge), 'geheimes-wort-123']),
    );
    expect(log.lines).toEqual([]);
  });
});
