import { describeBundle } from '../../../src/action/report/describe-token.js';
import { parseBundle, tokenText } from '../../../src/macaroon/bundle.js';
import { tokenUuid } from '../../../src/macaroon/nonce.js';
import { discharge, permission, ticketIn, window, withThirdParty } from '../../support/tokens/tokens.js';

const NOON = Date.UTC(2025, 0, 15, 12) / 1_000;

describe('when a token is described', () => {
  const scoped = permission(
    { name: 'Organization', body: { id: 4_001n, mask: 31 } },
    {
      name: 'Apps',
      body: {
        apps: new Map([
          [7n, 1],
          [8n, 31],
        ]),
      },
    },
    window(NOON, NOON + 3_600),
  );
  const whole = withThirdParty(scoped);
  const proof = discharge(ticketIn(whole), window(NOON, NOON + 630));

  it('names kind, scope, end, third party and until when it holds', () => {
    const lines = describeBundle(parseBundle(`FlyV1 ${tokenText(whole)},${tokenText(proof)}`));
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Permission token ${tokenUuid(whole.nonce)}: seems to be a deploy token, which may read app 7 of organization 4001; do everything with app 8 of organization 4001; ends 2025-01-15T13:00:00Z$`,
        ),
      ),
      '  third party https://api.fly.io/aaa/v1: discharged until 2025-01-15T12:10:30Z',
    ]);
  });

  it('says what is missing, what has no end, and what can’t be read', () => {
    const lines = describeBundle(
      parseBundle(`${tokenText(withThirdParty(permission()))},fm2_AAAA,fo1_abcdefghijkl,something-else`),
    );
    expect(lines[0]).toMatch(
      /seems to be a token of no known kind, which may do everything with every app; never ends$/,
    );
    expect(lines.slice(1)).toEqual([
      '  third party https://api.fly.io/aaa/v1: not discharged',
      expect.stringMatching(/^Part 2 can't be read \(.+\); it is sent as it came$/),
      '1 OAuth token, for the third parties of Fly',
      '1 part of no known shape',
    ]);
  });

  it('counts tokens rather than describing hundreds', () => {
    const text = Array.from({ length: 103 }, () => tokenText(permission())).join(',');
    const lines = describeBundle(parseBundle(text));
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('3 more permission tokens');
  });

  it('shows none of its text', () => {
    const text = tokenText(whole);
    const lines = describeBundle(
      parseBundle(`${text},fm2_QUFBQUFBQUFBQUFB,fo1_abcdefghijkl,something-else`),
    ).join('\n');
    for (const part of [text.slice(4, 24), 'QUFBQUFB', 'abcdefghijkl', 'something-else']) {
      expect(lines).not.toContain(part);
    }
  });
});
