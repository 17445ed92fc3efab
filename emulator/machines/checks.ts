import { rfc3339 } from '../clock.js';
import type { Machine } from './machine.js';

/** How long after started no check has reported yet. */
const FIRST_REPORT_MS = 500;
const DEFAULT_PASS_MS = 1_500;

export interface CheckStatus {
  readonly name: string;
  readonly status: 'passing' | 'critical';
  readonly output: string;
  readonly updated_at: string;
}

/** What the configured checks say now: nothing on a machine that isn't up or has just come up, then critical, then passing. */
export function checksOf(machine: Machine, now: number): CheckStatus[] {
  if (machine.state !== 'started' || machine.startedAt === undefined) return [];
  const passAt = machine.startedAt + (machine.behaviour.checksPassMs ?? DEFAULT_PASS_MS);
  const reportAt = machine.startedAt + FIRST_REPORT_MS;
  if (now < Math.min(reportAt, passAt)) return [];
  const passing = now >= passAt;
  return checkNames(machine).map((name) => ({
    name,
    status: passing ? 'passing' : 'critical',
    output: passing ? 'HTTP GET: 200 OK' : 'connection refused',
    updated_at: rfc3339(passing ? passAt : reportAt),
  }));
}

function checkNames({ config }: Machine): string[] {
  const ofServices = (config.services ?? []).flatMap(({ checks = [], internal_port: port = 8080 }) =>
    checks.map((_, index) => `servicecheck-${String(index).padStart(2, '0')}-http-${port}`),
  );
  return [...Object.keys(config.checks ?? {}), ...ofServices];
}
