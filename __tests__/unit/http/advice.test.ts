import { ActionError } from '../../../src/errors.js';
import { adviceFor, isUntrusted, wordsOf } from '../../../src/http/advice.js';
import { endingOfError } from '../../../src/http/retry.js';
import { NoTunnel } from '../../../src/http/transport.js';

const FLY = new URL('https://api.machines.dev/v1/apps');
const failure = (code: string) => Object.assign(new Error('no'), { code });

describe('when a certificate is turned down', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', /no valid certificate for this host/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /no valid certificate for this host/],
  ])('%s says what to change, and is not asked again', (code, advice) => {
    const cause = failure(code);
    for (const error of [cause, new NoTunnel('the proxy', { cause })]) {
      expect(adviceFor(error, FLY, undefined)).toMatch(advice);
      expect(endingOfError(new ActionError('network', 'x', { cause: error }))).toBe('answered');
    }
  });

  it.each(['ECONNRESET', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ENOTFOUND'])(
    '%s is something else',
    (code) => {
      expect(isUntrusted(failure(code))).toBe(false);
      expect(adviceFor(failure(code), FLY, undefined)).toBeUndefined();
    },
  );
});

it('says the code of an error without a message, as of several addresses that were tried', () => {
  const error = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  expect(wordsOf(error)).toBe('ECONNREFUSED');
  expect(wordsOf(failure('ECONNREFUSED'))).toBe('no');
});
