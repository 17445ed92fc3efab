import { rfc3339 } from '../clock.js';
import type { Settings } from '../settings.js';
import type { Behaviour } from './behaviour.js';
import type { Machine } from './machine.js';

/** How long after started no check has reported yet. */
const FIRST_REPORT_MS = 500;
const DEFAULT_PASS_MS = 1_500;

/** Status and output of a check, as a behaviour can set them. */
export type CheckState = NonNullable<Behaviour['checks']>[string];

export interface CheckStatus extends CheckState {
  readonly name: string;
  readonly updated_at: string;
}

/**
 * What the checks say now: nothing on a machine that isn't up or has just come up, then critical, then passing.
 * Made-up ones for old clients are there as soon as it is up.
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

/** When the checks of a machine that was started then begin to pass. */
export function passesAt({ behaviour }: Machine, startedAt: number): number {
  return startedAt + (behaviour.checksPassMs ?? DEFAULT_PASS_MS);
}

function serviceChecks({ config }: Machine, prefix: string): string[] {
  return (config.services ?? []).flatMap(({ checks = [], internal_port: port = 8080 }) =>
    checks.map(({ type = 'http' }, index) => `${prefix}-${String(index).padStart(2, '0')}-${type}-${port}`),
  );
}

const COMPAT = 'bg_deployments_compat';

/** One for each check of a service, and one for a machine that has none. */
function compatNames(machine: Machine): string[] {
  const names = serviceChecks(machine, COMPAT);
  return names.length > 0 ? names : [`${COMPAT}-00-http-8080`];
}
