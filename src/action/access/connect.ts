import type { Discharge } from '../../discharge/discharges.js';
import { LiveToken } from '../../discharge/live-token.js';
import type { LiveTokenTools } from '../../discharge/live-token-tools.js';
import type { Approval } from '../../discharge/third-party/approval.js';
import { fetchDischarge } from '../../discharge/third-party/client.js';
import { oncePerAudience } from '../../discharge/third-party/oidc-by-audience.js';
import { fetchOidcToken, oidcSource } from '../../discharge/third-party/oidc-token.js';
import { FLY_AUTHENTICATION, flyCredentials, parseCredential } from '../../discharge/third-party/origins.js';
import { limited } from '../../http/limited.js';
import { ServerTime } from '../../http/server-time.js';
import { MachinesClient } from '../../machines/api/client.js';
import type { Host } from '../runner/host.js';
import { tokenForms, webTokenForms } from './mask.js';
import { noPerson, personAsker } from './person-asker.js';
import type { StepAccess } from './step-access.js';

const ASK_TIME_LIMIT_MS = 10_000;

/** Options of a connection. */
export interface ConnectOptions {
  readonly signal: AbortSignal;
  /** Requests that change something, in flight at once. */
  readonly maxConcurrent: number;
  /** Throws where nothing may be changed any more. */
  readonly mayChange?: () => void;
  /** True at the job's end, where no person is asked. */
  readonly isPost?: boolean;
  /** Takes the discharges whenever new ones came. */
  readonly save: (discharges: readonly Discharge[]) => void;
}

/** Live token of a step, and the client that sends under it. */
export interface Connection {
  readonly token: LiveToken;
  readonly client: MachinesClient;
  /** Unix milliseconds by the servers' clocks, as far as they are known. */
  readonly now: () => number;
  /** True as soon as any of them has told its time. */
  readonly isTimeKnown: () => boolean;
  /** True where that took a request of its own. */
  readonly isTimeAsked: () => boolean;
}

/** Wires up a step's live token and client; sends nothing yet. */
export function connect(access: StepAccess, host: Host, options: ConnectOptions): Connection {
  const { clock, jitter, log } = host;
  const { apiUrl, bundle, canList } = access;
  const { signal, save, maxConcurrent, mayChange, isPost } = options;
  const time = new ServerTime(clock);
  // Third parties of others may have any clock; only servers that check the token may correct ours.
  const transport = time.observing(host.transport, [apiUrl.origin, ...FLY_AUTHENTICATION]);
  let asked: Promise<void> | undefined;
  let isAsked = false;

  const token = new LiveToken(bundle, access.discharges, access.kept['refresh-before'], {
    clock,
    signal,
    save,
    lifetime: access.lifetime,
    originalEnd: access.tokenEnd,
    now: () => time.now(),
    learnTime: async () => {
      // A server that did not tell its time won't; one that did is asked again, since this machine's clock may have jumped.
      if (time.isRecent || (isAsked && !time.known)) return;
      isAsked = true;
      asked ??= askTime(apiUrl, { ...host, transport }, signal).finally(() => {
        asked = undefined;
      });
      await asked;
    },
    isPost,
    fetchDischarge: fetcher(access, { ...host, transport }, options),
    onSecret: (text) => {
      for (const form of tokenForms(text)) log.mask(form);
    },
    info: (message) => log.info(message),
    warn: (message) => log.warning(message),
  });

  const debug = (message: string) => log.debug(message);
  const sending = { apiUrl, transport, host: host.transport, tokens: token, clock, jitter, debug };
  return {
    token,
    now: () => time.now(),
    isTimeKnown: () => time.known,
    isTimeAsked: () => isAsked,
    client: new MachinesClient({ ...sending, maxConcurrent, canList, mayChange }),
  };
}

/** Returns a function that acquires a discharge, with the credentials and the person that the step has for it. */
function fetcher(
  { apiUrl, bundle, kept }: StepAccess,
  { env, log, runner, clock, transport, jitter }: Host,
  { signal, isPost }: ConnectOptions,
): LiveTokenTools['fetchDischarge'] {
  const lines = kept['third-party-credentials'] ?? [];
  const credentials = [...lines.map(parseCredential), ...flyCredentials(bundle.users)];
  const onSecret = (text: string) => {
    for (const form of webTokenForms(text)) log.mask(form);
  };
  const oidcToken = oncePerAudience(clock, (audience, aborted) =>
    fetchOidcToken({ source: oidcSource(env), transport, clock, jitter, onSecret }, audience, aborted),
  );
  const ask = isPost ? noPerson : kept.approve ? personAsker(log, runner) : undefined;

  return (ticket, aborted, onPerson) => {
    const asking: Approval['ask'] = (...person) => {
      ask?.(...person);
      onPerson();
    };
    const approval = ask && { signal, ask: asking };
    const tools = { transport, clock, jitter, credentials, apiUrl, oidcToken, approval };
    return fetchDischarge(tools, ticket, aborted);
  };
}

/** Learns the time from any answer of Fly's: each has a `Date`, even a refusal. Without one we use the local clock. */
async function askTime(apiUrl: URL, { clock, transport, log }: Host, signal: AbortSignal): Promise<void> {
  const ask = limited(transport, clock, ASK_TIME_LIMIT_MS);
  try {
    await ask({ method: 'GET', url: apiUrl, headers: {}, signal, maxBytes: 64 * 1024 });
  } catch (error) {
    signal.throwIfAborted();
    log.debug(`${apiUrl.origin} did not tell its time: ${error instanceof Error ? error.message : error}`);
  }
}
