import { ActionError, type ErrorClass } from '../../../../src/errors.js';
import { REFUSALS, type RefusalName, type RefusalRow } from '../../../../src/machines/api/refusal-table.js';
import { Refusal } from '../../../../src/machines/api/refusals.js';
import { answer } from '../../../support/fakes/scripted-transport.js';

function refusal(status: number, body: unknown = {}): Refusal {
  return new Refusal('start machine a', answer(status, body, { 'fly-request-id': '01REQ-fra' }));
}

interface Examples {
  readonly class: ErrorClass;
  readonly passes?: true;
  readonly isAboutMachine?: true;
  /** Words of the hint. */
  readonly hint: RegExp;
  /** Status and words, which every form of answer is tried with; an object is the whole body. */
  readonly answers: readonly (readonly [status: number, text: string | object])[];
}

const inState = (state: string, status = 412) =>
  [status, `failed_precondition: unable to start machine from current state: '${state}'`] as const;
const MEMORY = 'insufficient memory available to fulfill request';
const HOLDER = '0b7b5b9e-6f3c-4f0e-9d3c-0e6f3c4f0e9d@tokens.fly.io';
const heldUntil = (end: string) => `machine ID 148e lease currently held by ${HOLDER}, expires at ${end}`;

const EXAMPLES: Readonly<Record<RefusalName, Examples>> = {
  'lease held': {
    class: 'lease held',
    passes: true,
    hint: /concurrency/,
    answers: [
      [409, heldUntil('2026-11-24T12:00:00Z')],
      [409, heldUntil('2026-11-24 12:00:00 +0000 UTC')],
      [409, { status: 'error', message: heldUntil('2026-11-24 12:00:00 +0000 UTC') }],
      [409, { status: 'error', message: 'it expires at 2026-11-24 12:00:00 +0000 UTC', code: 'invalid' }],
    ],
  },
  'machine limit': {
    class: 'no capacity',
    hint: /ask Fly for more/,
    answers: [
      [422, 'Your organization has reached its machine limit'],
      [422, 'machine limit reached'],
      [403, 'you have reached the maximum number of CPUs for this organization'],
      [403, 'your organization has reached its maximum number of machines'],
      [412, 'your plan has a limit of 10 machines'],
      [422, 'To create more than 1 machine per app please add a payment method.'],
      [422, { error: 'machine limit reached', status: 'insufficient_capacity' }],
    ],
  },
  'host full': {
    class: 'no capacity',
    isAboutMachine: true,
    hint: /fly machine clone/,
    answers: [
      [409, `aborted: could not reserve resource for machine: ${MEMORY}`],
      [409, 'aborted: could not reserve resource for machine: not enough CPUs'],
      [409, 'insufficient resources available'],
      [412, 'governor policy blocked start'],
      [422, 'deploys to this host are temporarily disabled'],
      [422, { error: 'could not launch', status: 'insufficient_capacity' }],
      [412, { message: 'could not launch', status: 'insufficient_capacity' }],
      [409, 'aborted: insufficient memory; release some volumes'],
      [409, 'aborted: no capacity'],
      [409, { error: 'aborted', status: 'no_capacity' }],
      [503, { error: 'unavailable', status: 'insufficient_capacity' }],
      [412, { error: 'failed_precondition', status: 'volume_placement_capacity' }],
      [500, { message: 'internal', status: 'INSUFFICIENT_CAPACITY' }],
      [429, { error: 'too many requests', status: 'insufficient_capacity' }],
      [503, { error: 'unavailable', status: 'resource_exhausted' }],
      [503, 'region ams is at capacity'],
      [409, 'aborted: capacity exceeded'],
      [409, 'no room left on the host'],
      [503, 'unable to place the machine: no hosts available'],
      [503, `aborted: could not reserve resource for machine: ${MEMORY}`],
    ],
  },
  quota: {
    class: 'no capacity',
    hint: /billing page/,
    answers: [
      [
        403,
        'organization "acme" is using 40960 MB of memory in fra which is over the allowed quota of 32768 MB',
      ],
      [422, 'machine quota exceeded'],
      [402, 'Payment required'],
      [403, 'Your account is past due'],
      [422, 'add billing information first'],
      [500, 'over the quota'],
      [503, { error: 'no', status: 'quota_exceeded' }],
      [403, 'your account has been suspended for non-payment'],
      [403, 'your trial has ended, please add a credit card by visiting the dashboard'],
      [422, 'memory limit of the organization exceeded'],
      [422, 'the account has unpaid invoices'],
    ],
  },
  'not paid for': { class: 'no capacity', hint: /payments/, answers: [[402, 'no']] },
  busy: {
    class: 'wrong state',
    passes: true,
    hint: /settle/,
    answers: [
      [412, 'failed_precondition: machine is busy, can not be suspended now'],
      [409, 'another operation is in progress'],
      [409, 'machine temporarily locked'],
      [423, 'please try again later'],
    ],
  },
  'exec cut': {
    class: 'Fly failure',
    hint: /out of memory/,
    answers: [
      [412, 'failed_precondition: exec request failed: EOF'],
      [412, 'failed_precondition: exec request failed: connection reset by peer'],
      [500, 'exec request failed: context canceled'],
      [412, 'exec failed: EOF'],
    ],
  },
  'still active': {
    class: 'wrong state',
    passes: true,
    hint: /settle/,
    answers: [
      [412, 'failed_precondition: machine still active, refusing to start'],
      [409, 'machine still active'],
      [412, 'failed_precondition: machine still attempting to start'],
      [409, 'aborted: machine still attempting to start'],
    ],
  },
  'getting replaced': {
    class: 'wrong state',
    passes: true,
    hint: /settle/,
    answers: [
      [412, 'failed_precondition: machine getting replaced, refusing to start'],
      [409, 'machine getting replaced'],
    ],
  },
  'state in between': {
    class: 'wrong state',
    passes: true,
    hint: /settle/,
    answers: [
      'created',
      'creating',
      'starting',
      'stopping',
      'suspending',
      'restarting',
      'replacing',
      'updating',
    ].flatMap((state) => [inState(state), inState(state, 409)]),
  },
  'version replaced': {
    class: 'wrong state',
    passes: true,
    hint: /deploy/,
    answers: [
      [412, 'machine failed to reach desired state, stopped, currently replaced'],
      [408, 'deadline_exceeded: machine failed to reach desired state, stopped, currently replaced'],
    ],
  },
  'state that stays': {
    class: 'wrong state',
    isAboutMachine: true,
    hint: /fly machine status/,
    answers: [
      ...['failed', 'destroyed', 'launch_failed', 'suspended'].map((state) => inState(state)),
      inState('failed', 409),
      [412, "failed_precondition: unable to suspend machine from current state: 'failed'"],
    ],
  },
  'volume in use': {
    class: 'wrong state',
    isAboutMachine: true,
    hint: /fly volumes list/,
    answers: [[412, 'failed_precondition: volume vol_1 is in use by another machine']],
  },
  'not suspendable': {
    class: 'wrong state',
    isAboutMachine: true,
    hint: /fallback: stop/,
    answers: [
      [412, 'failed_precondition: machine can not be suspended with its configuration'],
      [400, 'suspend is not supported for machines with swap'],
    ],
  },
  'version changed': {
    class: 'wrong state',
    hint: /changed the machine/,
    answers: [
      [409, 'wrong current_version'],
      [409, 'aborted: machine version mismatch'],
      [412, 'stale machine_version'],
    ],
  },
  conflict: {
    class: 'wrong state',
    hint: /same time/,
    answers: [[409, 'aborted: try it again']],
  },
  precondition: {
    class: 'wrong state',
    isAboutMachine: true,
    hint: /fly machine status/,
    answers: [
      [412, 'failed_precondition: the machine has no image'],
      [412, 'failed_precondition: exec request failed: machine not running'],
    ],
  },
  'bad option': {
    class: 'input',
    hint: /kill-timeout/,
    answers: [
      [400, 'invalid signal'],
      [400, 'json: cannot unmarshal string into Go struct field stopRequest.timeout'],
      [422, 'time: invalid duration "5"'],
    ],
  },
  'bad request': {
    class: 'wrong state',
    isAboutMachine: true,
    hint: /fly machine status -d/,
    answers: [
      [400, 'invalid state: odd'],
      [412, { error: 'odd', status: 'invalid_argument' }],
      [400, 'json: cannot unmarshal array into Go value of type main.stopRequest'],
      [422, 'unprocessable'],
      [400, 'machine config is invalid: image not found'],
    ],
  },
  'action not allowed': {
    class: 'forbidden',
    hint: /caveat/,
    answers: [
      [403, 'unauthorized for access C (C not allowed)'],
      [401, 'unauthorized for access C (C not allowed)'],
    ],
  },
  forbidden: {
    class: 'forbidden',
    hint: /another organization or app/,
    answers: [
      [403, 'not this app'],
      [403, 'unauthorized'],
      [403, 'token not authorized for app staging-billing'],
      [403, 'no access to "quota"'],
      [500, 'permission_denied: no'],
    ],
  },
  'discharge missing': {
    class: 'missing discharge',
    hint: /`inspect`.*SSO/,
    answers: [
      [
        401,
        'verify: invalid token: all tokens missing third-party discharge tokens; token 1: no matching discharge token',
      ],
    ],
  },
  unauthorized: {
    class: 'unauthorized',
    hint: /fly tokens create deploy/,
    answers: [
      [401, 'Authenticate: token validation error'],
      [401, 'Unauthorized'],
      [500, 'unauthorized'],
      [500, 'Unauthorized'],
      [502, 'not authorized'],
      [401, 'verify: invalid token for billing'],
      [503, { error: 'no', status: 'unauthenticated' }],
    ],
  },
  'container gone': {
    class: 'not found',
    hint: /Check `container`/,
    answers: [
      [404, 'not_found: container side not found'],
      [400, 'invalid_argument: unknown container: side'],
      [404, 'no such container: side'],
      [404, 'machine 148e has no container side'],
      [404, 'machine 148e: container side does not exist'],
      [422, "container 'side' not found in machine 148e"],
      [404, 'not_found: container machine not found'],
    ],
  },
  'machine gone': {
    class: 'not found',
    hint: /destroyed/,
    answers: [
      [404, 'not_found: machine not found, id: 148e'],
      [404, 'Machine not found'],
      [400, "invalid machine ID, '148e'"],
      [404, "invalid machine ID, '148e'"],
      [404, 'could not find machine 148e'],
      [404, 'machine 148e does not exist'],
      [404, 'machine billing-1 not found'],
      [404, 'machine container-1 not found'],
      [404, "not_found: unable to find machine '148e'"],
      [400, "unable to retrieve machine ID, '148e'"],
      [422, "invalid machine ID, '148e'"],
      [410, 'the machine has been destroyed'],
      [500, 'not_found: machine not found'],
    ],
  },
  'lease gone': {
    class: 'not found',
    hint: /run out/,
    answers: [[404, 'machine ID 148e lease not found']],
  },
  'app not found': {
    class: 'not found',
    hint: /fly apps list/,
    answers: [
      [404, 'app not found'],
      [404, 'Could not find App "nope"'],
      [404, 'app not found: billing-api'],
      [404, 'app container not found'],
      [404, 'app my-container not found'],
      [404, 'Could not find App "quota"'],
    ],
  },
  'unknown route': {
    class: 'not found',
    hint: /api-url/,
    answers: [[404, '404 page not found\n']],
  },
  'not found': {
    class: 'not found',
    hint: /Check the name/,
    answers: [
      [404, 'not_found'],
      [410, 'gone'],
    ],
  },
  'host unreachable': {
    class: 'timeout',
    hint: /may have happened/,
    answers: [[408, 'deadline_exceeded: could not reach the host of the machine in time']],
  },
  'rate limited': {
    class: 'rate limited',
    hint: /more time/,
    answers: [
      [429, 'rate limit exceeded'],
      [429, 'rate limit of the organization exceeded for machines'],
      [429, 'quota exceeded'],
    ],
  },
  'server error': {
    class: 'Fly failure',
    hint: /status\.flyio\.net/,
    answers: [
      [500, 'unknown: internal'],
      [502, 'upstream connect error'],
      [599, 'odd'],
      [503, 'aborted: somewhere on the way'],
      [500, 'insufficient permissions could not be stored'],
    ],
  },
  'failed after all': {
    class: 'Fly failure',
    hint: /fly logs/,
    answers: [
      [200, { status: 'error', message: 'it did not come up' }],
      [200, { status: 'error' }],
    ],
  },
  'anything else': {
    class: 'Fly failure',
    hint: /api-url/,
    answers: [
      [302, 'moved'],
      [418, 'machine still active, lease, volume'],
      [600, 'odd'],
    ],
  },
};

const NAMES: readonly RefusalName[] = REFUSALS.map(({ name }) => name);
const ROWS: readonly RefusalRow[] = REFUSALS;

const forms = (text: string | object): readonly (readonly [form: string, body: unknown])[] =>
  typeof text === 'object'
    ? [['as it is', text]]
    : [
        ['as error', { error: text }],
        ['as message', { message: text }],
        ['as message, with the code error', { status: 'error', message: text, error: '' }],
        ['as plain text', text],
      ];

describe('the table of refusals', () => {
  it('has an example of every row, and every row once', () => {
    expect([...NAMES].sort()).toEqual(Object.keys(EXAMPLES).sort());
    expect(NAMES.every((name) => EXAMPLES[name].answers.length > 0)).toBe(true);
  });

  it.each(NAMES)('tells "%s" in every form of answer', (name) => {
    const { hint, answers, passes = false, isAboutMachine = false, class: errorClass } = EXAMPLES[name];
    for (const [status, text] of answers) {
      for (const [form, body] of forms(text)) {
        const refused = refusal(status, body);
        expect(refused).toBeInstanceOf(ActionError);
        expect({ form, text, kind: refused.kind }).toEqual({ form, text, kind: name });
        expect(refused).toMatchObject({ class: errorClass, passes, isAboutMachine, status });
        expect(refused.hint).toMatch(hint);
      }
    }
  });

  it('goes by the words where a success says "error"', () => {
    const worded = ROWS.filter(({ text }) => text !== undefined).map(({ name }) => name as RefusalName);
    for (const name of worded) {
      for (const [, text] of EXAMPLES[name].answers) {
        if (typeof text === 'object') continue;
        expect({ text, kind: refusal(200, { status: 'error', message: text }).kind }).toEqual({
          text,
          kind: name,
        });
      }
    }
  });

  it('speaks of a request that is about no machine as such', () => {
    const { hint } = new Refusal('list the machines of a', answer(400, { error: 'odd' }), { isOfApp: true });
    expect(hint).toMatch(/^Fly does not take this request, whatever the machines/);
  });

  it('never calls a refusal that passes one of the machine itself', () => {
    expect(ROWS.filter((row) => row.passes && row.isAboutMachine)).toEqual([]);
  });

  it.each<[number, RefusalName]>([
    [302, 'anything else'],
    [400, 'bad request'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not found'],
    [408, 'host unreachable'],
    [409, 'conflict'],
    [412, 'precondition'],
    [422, 'bad request'],
    [429, 'rate limited'],
    [500, 'server error'],
  ])('goes by the status %i alone where the answer says nothing that is known', (status, name) => {
    const page = status === 404 ? 'unknown route' : name;
    expect(refusal(status, '').kind).toBe(name);
    expect(refusal(status, {}).kind).toBe(name);
    expect(refusal(status, 'null').kind).toBe(name);
    expect(refusal(status, { error: ['machine still active', 'lease'], message: 7, status: [] }).kind).toBe(
      name,
    );
    expect(refusal(status, '{"error": "cut of').kind).toBe(name);
    // The words of a page are nobody's reason.
    expect(refusal(status, '<html><body>machine still active, insufficient</body></html>').kind).toBe(page);
  });
});

describe('when Fly refuses', () => {
  it('says what was tried, what came back, by which request, and what to change', () => {
    expect(refusal(403, { error: 'not this app' }).line).toBe(
      'forbidden: start machine a: Fly answered 403: not this app (request 01REQ-fra). ' +
        'The token may not do this: another organization or app, or a caveat that leaves reading only. ' +
        '`inspect` shows what it may do; `fly tokens create deploy -a <app> -x 8760h` makes one that may.',
    );
  });

  it.each([
    ['message goes before error', { message: 'the message', error: 'the error' }, ': the message'],
    ['error where there is no message', { message: '', error: 'the error' }, ': the error'],
    ['an old form', { status: 'error', message: 'the message' }, ': the message'],
    ['texts of another type', { message: 7, error: ['x'] }, ''],
    ['no text', {}, ''],
    ['null', null, ''],
    ['a list', ['x'], ''],
    ['plain text', '404 page not found\n', ': 404 page not found'],
    ['an empty body', '', ''],
    ['HTML', '<!doctype html><script>alert(1)</script>', ': a page of HTML'],
    ['JSON that is cut off', '{"status":"success","data":{"nonce":"401095ecf21b","expi', ': damaged JSON'],
    ['HTML behind a blank line', '\n  <html><body>gateway</body></html>', ': a page of HTML'],
  ])('finds the reason: %s', (_, body, shown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(refusal(500, text).message).toBe(`start machine a: Fly answered 500${shown}`);
  });

  it('looks for the meaning in the error, too, where the message is shown', () => {
    const refused = refusal(412, { message: 'Precondition Failed', error: 'machine still active' });
    expect(refused).toMatchObject({ kind: 'still active', passes: true });
    expect(refused.message).toBe('start machine a: Fly answered 412: Precondition Failed');
  });

  it.each(['error', 'message', 'plain'])(
    'shows a hostile %s in short, on one line, without a token',
    (form) => {
      const token = `fm2_${'lJPE1'.repeat(20)}`;
      const text = `bad\r\nheader\u2028${token} ${'word\n'.repeat(50_000)}`;
      const { message } = refusal(400, form === 'plain' ? text : { [form]: text });
      expect(message).not.toContain('lJPE1lJPE1');
      expect(message).not.toMatch(/[\r\n\u2028]/);
      expect(message.length).toBeLessThan(400);
    },
  );

  it.each([
    'currently held by ',
    ', expires at ',
    'expires at 2026-11-24T12:00:00',
    'app ',
    'limit of ',
    "current state: '",
  ])('is through with a megabyte of "%s"', (words) => {
    const refused = [404, 409, 412, 422].map((status) => refusal(status, { error: words.repeat(50_000) }));
    expect(refused.map(({ holder }) => holder)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('when somebody else holds the lease', () => {
  const NOON = Date.UTC(2026, 10, 24, 12);

  it.each([
    ['2026-11-24T12:00:00Z', NOON],
    ['2026-11-24T12:00:00.25Z', NOON + 250],
    ['2026-11-24T13:30:00+01:30', NOON],
    ['2026-11-24t12:00:00z', NOON],
    ['2026-11-24 12:00:00 +0000 UTC', NOON],
    ['2026-11-24 12:00:00.123456789 +0000 UTC', NOON + 123],
    ['2026-11-24 07:00:00 -0500 EST', NOON],
  ])('keeps who, and until when: %s', (end, until) => {
    for (const [, body] of forms(heldUntil(end))) {
      expect(refusal(409, body).holder).toEqual({ owner: HOLDER, until });
    }
  });

  it('finds both in the error where the message is another', () => {
    const error = heldUntil('2026-11-24T12:00:00Z');
    expect(refusal(409, { message: 'Conflict', error }).holder).toEqual({ owner: HOLDER, until: NOON });
    expect(refusal(409, { message: error, error }).holder).toEqual({ owner: HOLDER, until: NOON });
  });

  it('knows the end where the owner is not named', () => {
    const body = { status: 'error', message: 'leased, expires at 2026-11-24 12:00:00 +0000 UTC' };
    expect(refusal(409, body).holder).toEqual({ owner: 'another client', until: NOON });
  });

  it.each(['2025-01-15', 'soon', '2026-13-45T12:00:00Z', '', '2026-11-24T99:00:00Z'])(
    'names no holder where the end can not be read: "%s"',
    (end) => {
      expect(refusal(409, { error: heldUntil(end) })).toMatchObject({
        kind: 'lease held',
        holder: undefined,
      });
    },
  );

  it('is not misled by an owner with an end in its name', () => {
    const owner = 'x, expires at 2099-01-01T00:00:00Z';
    const error = `machine ID a lease currently held by ${owner}, expires at 2026-11-24T12:00:00Z`;
    expect(refusal(409, { error }).holder).toEqual({ owner, until: NOON });
  });

  it('keeps a hostile owner short, on one line and without a token', () => {
    const owner = `a\r\n::error::b\nfm2_${'lJPE1'.repeat(20)} ${'c'.repeat(2_000)}`;
    const error = `machine ID a lease currently held by ${owner}, expires at 2026-11-24T12:00:00Z`;
    const { holder, message } = refusal(409, { error });
    expect(holder?.until).toBe(NOON);
    expect(holder?.owner).toMatch(/^a ::error::b \[…\] c+…$/);
    expect(holder?.owner.length).toBeLessThan(310);
    expect(message).not.toContain('lJPE1');
  });

  it('has no holder for any other refusal', () => {
    expect(refusal(412, { error: heldUntil('2026-11-24T12:00:00Z') }).holder).toBeUndefined();
  });
});
