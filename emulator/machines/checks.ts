import { rfc3339 } from '../clock.js';
import type { Settings } from '../settings.js';
import type { Behaviour } from './behaviour.js';
import type { Machine } from './machine.js';

/** Milliseconds from started to the first report of a check. */
const FIRST_REPORT_MS = 500;
/** Milliseconds from started until a check passes. */
const DEFAULT_PASS_MS = 1_500;

/** Status and output of a check, as a behaviour can set them. */
export type CheckState = NonNullable<Behaviour['checks']>[string];

/** Report of a check, in the API's field names. */
export interface CheckStatus extends CheckState {
  readonly name: string;
  readonly updated_at: string;
}

/**
 * Returns the reports of all checks now: none while the machine isn't up or has just come up, then critical,
 * then passing. Made-up checks for old clients report as soon as it is up.
 */
export function checksOf(machine: Machine, now: number, { compatChecks }: Settings): CheckStatus[] {
  const { state, startedAt, behaviour } = machine;
  if (state !== 'started' || startedAt === undefined) return [];
  const madeUp: CheckStatus[] =
    compatChecks === 'none'
      ? []
      : compatNames(machine).map((name) => ({
          name,
          status: compatChecks,
          output: '',
          updated_at: rfc3339(startedAt),
        }));
  const passAt = passesAt(machine, startedAt);
  const reportAt = Math.min(startedAt + FIRST_REPORT_MS, passAt);
  if (now < reportAt) return madeUp;
  const passing = now >= passAt;
  const usual: CheckState = passing
    ? { status: 'passing', output: 'HTTP GET: 200 OK' }
    : { status: 'critical', output: 'connection refused' };
  const configured = [...Object.keys(machine.config.checks ?? {}), ...serviceChecks(machine, 'servicecheck')];
  const real = [...configured, ...(behaviour.reports ?? [])];
  return [
    ...madeUp,
    ...real.map((name) => ({
      name,
      ...(behaviour.checks?.[name] ?? behaviour.checks?.['*'] ?? usual),
      updated_at: rfc3339(passing ? passAt : reportAt),
    })),
  ];
}

/**
 * Returns the time, in milliseconds since 1970, at which the checks of a machine pass that started at
 * `startedAt`.
 */
export function passesAt({ behaviour }: Machine, startedAt: number): number {
  return startedAt + (behaviour.checksPassMs ?? DEFAULT_PASS_MS);
}

function serviceChecks({ config }: Machine, prefix: string): string[] {
  return (config.services ?? []).flatMap(({ checks = [], internal_port: port = 8080 }) =>
    checks.map(({ type = 'http' }, index) => `${prefix}-${String(index).padStart(2, '0')}-${type}-${port}`),
  );
}

const COMPAT = 'bg_deployments_compat';

/** Names a made-up check for each check of a service, or one if there is none. */
function compatNames(machine: Machine): string[] {
  const names = serviceChecks(machine, COMPAT);
  return names.length > 0 ? names : [`${COMPAT}-00-http-8080`];
}
