import type { Clock } from '../../clock.js';
import type { Discharge } from '../../discharge/discharges.js';
import { Session } from '../../discharge/session.js';
import type { Approval } from '../../discharge/third-party/approval.js';
import { fetchDischarge } from '../../discharge/third-party/client.js';
import { oncePerAudience } from '../../discharge/third-party/oidc-by-audience.js';
import { fetchOidcToken, oidcSource } from '../../discharge/third-party/oidc-token.js';
import { FLY_AUTHENTICATION, flyCredentials, parseCredential } from '../../discharge/third-party/origins.js';
import { limited } from '../../http/limited.js';
import { ServerTime } from '../../http/server-time.js';
import type { Transport } from '../../http/transport.js';
import { MachinesClient } from '../../machines/api/client.js';
import type { Environment } from '../runner/environment.js';
import type { Log } from '../runner/log.js';
import type { Runner } from '../runner/runner.js';
import { tokenForms, webTokenForms } from './mask.js';
import { noPerson, personAsker } from './person-asker.js';
import type { StepAccess } from './step-access.js';

const ASK_TIME_LIMIT_MS = 10_000;

/** What a connection is made with. */
export interface ConnectTools {
  readonly env: Environment;
  readonly runner: Pick<Runner, 'appendSummary'>;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly jitter: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Requests that change something, in flight at once. */
  readonly maxConcurrent: number;
  /** Throws where nothing may be changed any more. */
  readonly mayChange?: () => void;
  /** A step at the job's end, where no person is asked. */
  readonly isPost?: boolean;
  /** Told of the discharges whenever new ones came. */
  readonly save: (discharges: readonly Discharge[]) => void;
}

/** A step's session, and the client that sends under it. */
export interface Connection {
  readonly session: Session;
  readonly client: MachinesClient;
  /** Unix milliseconds by the servers' clocks, as far as they are known. */
  readonly now: () => number;
  /** Whether any of them has told its time yet. */
  readonly isTimeKnown: () => boolean;
  /** Whether that took a request of its own. */
  readonly isTimeAsked: () => boolean;
}

/** Wires up a step's session and client; sends nothing yet. */
export function connect(access: StepAccess, tools: ConnectTools): Connection {
  const { clock, jitter, log, signal, save, maxConcurrent, isPost } = tools;
  const { apiUrl, bundle, canList, kept } = access;
  const credentialLines = kept['third-party-credentials'] ?? [];
  const time = new ServerTime(clock);
  // A third party of somebody else may have any clock; only those that judge the token can correct ours.
  const transport = time.observing(tools.transport, [apiUrl.origin, ...FLY_AUTHENTICATION]);
  let asked: Promise<void> | undefined;
  const credentials = [...credentialLines.map(parseCredential), ...flyCredentials(bundle.users)];
  const source = oidcSource(tools.env);
  const onSecret = (text: string) => {
    for (const form of webTokenForms(text)) log.mask(form);
  };
  const oidcToken = oncePerAudience(clock, (audience, limited) =>
    fetchOidcToken({ source, transport, clock, jitter, onSecret }, audience, limited),
  );
  const ask = isPost ? noPerson : kept.approve ? personAsker(log, tools.runner) : undefined;
  const session = new Session(bundle, access.discharges, kept['refresh-before'], {
    clock,
    signal,
    save,
    lifetime: access.lifetime,
    originalEnd: access.tokenEnd,
    now: () => time.now(),
    learnTime: async () => {
      if (time.known) return;
      asked ??= askTime(apiUrl, { ...tools, transport });
      await asked;
    },
    isPost,
    fetchDischarge: (ticket, limited, onPerson) => {
      const asking: Approval['ask'] = (...person) => {
        ask?.(...person);
        onPerson();
      };
      const approval = ask && { signal, ask: asking };
      const tools = { transport, clock, jitter, credentials, apiUrl, oidcToken, approval };
      return fetchDischarge(tools, ticket, limited);
    },
    onSecret: (text) => {
      for (const form of tokenForms(text)) log.mask(form);
    },
    info: (message) => log.info(message),
    warn: (message) => log.warning(message),
  });
  const debug = (message: string) => log.debug(message);
  return {
    session,
    now: () => time.now(),
    isTimeKnown: () => time.known,
    isTimeAsked: () => asked !== undefined,
    client: new MachinesClient({
      ...{ apiUrl, transport, tokens: session, clock, jitter, debug, maxConcurrent, canList },
      mayChange: tools.mayChange,
    }),
  };
}

/** Any answer carries the time, a refusal too; without one, this machine's own clock has to do. */
async function askTime(apiUrl: URL, { clock, transport, signal, log }: ConnectTools): Promise<void> {
  const ask = limited(transport, clock, ASK_TIME_LIMIT_MS);
  try {
    await ask({ method: 'GET', url: apiUrl, headers: {}, signal, maxBytes: 64 * 1024 });
  } catch (error) {
    signal.throwIfAborted();
    log.debug(`${apiUrl.origin} did not tell its time: ${error instanceof Error ? error.message : error}`);
  }
}
