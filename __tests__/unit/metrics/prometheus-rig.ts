import { createVirtualClock } from '../../../emulator/virtual-clock.js';
import { withTimeout } from '../../../src/clock.js';
import { ActionError } from '../../../src/errors.js';
import type { HttpRequest } from '../../../src/http/transport.js';
import { Prometheus, type RangeWindow, type Series } from '../../../src/metrics/prometheus.js';
import { type Scripted, scripted } from '../../support/fakes/scripted-transport.js';

export const HEADER = 'FlyV1 fm2_MetricsTokenOfTheOrganization0123456789';
/** Four steps, five values. */
export const WINDOW: RangeWindow = { start: 1_736_942_400_000, end: 1_736_942_640_000, stepMs: 60_000 };

export interface Asking {
  readonly requests: readonly HttpRequest[];
  readonly renewals: readonly string[];
  readonly pauses: readonly number[];
  readonly said: readonly string[];
  readonly done: Promise<readonly Series[]>;
}

export interface AskingOptions {
  readonly url?: string;
  readonly query?: string;
  /** One for all, or one for each moment in virtual milliseconds since the start. */
  readonly header?: string | ((ms: number) => string);
  readonly renewed?: string;
  readonly signal?: AbortSignal;
  /** After which time is up, in milliseconds; default: never. */
  readonly ms?: number;
}

/** Asks for a range at a server that answers by a script, in virtual time. */
export function ask(script: readonly Scripted[], options: AskingOptions = {}): Asking {
  const { url = 'https://api.fly.io/prometheus/my-org/', query = 'up', header = HEADER, renewed } = options;
  const clock = createVirtualClock();
  const start = clock.now();
  const pauses: number[] = [];
  const said: string[] = [];
  const renewals: string[] = [];
  const { transport, requests } = scripted(...script);
  const prometheus = new Prometheus({
    url: new URL(url),
    tokens: {
      header: async () => (typeof header === 'string' ? header : header(clock.now() - start)),
      renew: async (refused) => {
        renewals.push(refused);
        return renewed;
      },
    },
    transport,
    clock: {
      now: clock.now,
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        pauses.push(ms);
      },
    },
    jitter: () => 1,
    debug: (message) => said.push(message),
  });
  const { signal = new AbortController().signal, ms = Number.POSITIVE_INFINITY } = options;
  const late = () => new ActionError('timeout', 'no answer in time');
  const inTime = (limited: AbortSignal) => prometheus.range(query, WINDOW, limited);
  const done = clock.run(
    ms === Number.POSITIVE_INFINITY ? inTime(signal) : withTimeout({ clock, signal, ms, late }, inTime),
  );
  done.catch(() => undefined); // Whoever looks at it later sees it all the same.
  return { requests, renewals, pauses, said, done };
}
