import type { Fly, FlyOptions } from '../../../emulator/fly.js';
import type { Answer, Reply } from '../../../emulator/http.js';
import type { AppSpec } from '../../../emulator/machines/build.js';
import { seededRandom } from '../../../emulator/random.js';
import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';
import { createJudgedFly } from '../../support/documents/judged-fly.js';

export const APP = 'shop';
export const ID = '148e21a2b32789';

export interface Call {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Rig {
  readonly fly: Fly;
  readonly clock: VirtualClock;
  /** Sends one request in virtual time, with the token of the rig unless the call has another. */
  reply(method: string, path: string, call?: Call): Promise<Reply>;
  /** Sends one request whose answer must be proper. */
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** Posts one action of the machine `ID`; returns status and body of the answer in one line. */
  act(action: string, call?: Call): Promise<string>;
}

/**
 * Creates a Fly in virtual time with one app, whose token carries its discharge. Rates are unlimited unless a
 * setting limits them.
 */
export function createRig(
  machines: NonNullable<AppSpec['machines']> = [{ id: ID }],
  {
    seed = 7,
    ...options
  }: Omit<FlyOptions, 'clock' | 'random' | 'apps' | 'origin'> & { readonly seed?: number } = {},
): Rig {
  const clock = createVirtualClock();
  const apps = [
    { name: APP, machines },
    { name: 'other-app', machines: [{ id: 'other' }] },
    { name: 'foreign-app', org: 'foreign-org', machines: [{ id: 'foreign' }] },
  ];
  const settings = { rateLimits: false, ...options.settings };
  const fly = createJudgedFly(
    { ...options, clock, random: seededRandom(seed), apps, settings },
    { requests: false },
  );
  const ownToken = fly.mintToken({ app: APP, withDischarge: 3_600_000 });

  const reply: Rig['reply'] = (method, path, { token = ownToken, body, headers = {}, signal } = {}) => {
    const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
    const request = { method, path, headers: { authorization: token, ...headers }, body: text };
    return clock.run(fly.handle(request, signal));
  };
  const call: Rig['call'] = async (...args) => {
    const got = await reply(...args);
    if ('fault' in got) throw new Error(`no answer but ${got.fault}`);
    return got;
  };
  return {
    fly,
    clock,
    reply,
    call,
    async act(action, wish) {
      const { status, body } = await call('POST', `/v1/apps/${APP}/machines/${ID}/${action}`, wish);
      return `${status} ${body}`;
    },
  };
}

/** Reads an answer's JSON, in the shape that the test expects. */
export function parse<T>({ body }: Answer): T {
  return JSON.parse(body) as T;
}

export const PATH = `/v1/apps/${APP}/machines/${ID}`;
