import { ActionError } from '../../errors.js';
import { enumerated } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import { isEveryApp, isPattern, spelledOut } from './app-patterns.js';
import { narrows } from './selection.js';
import type { Selector } from './selector.js';

/** Apps that a step is about. */
export interface Scope {
  /** Names; with `org` also patterns (`staging-*`) and exclusions (`!staging-billing`), or none for all of its apps. */
  readonly apps: readonly string[];
  /** Slug of the organization. */
  readonly org: string | undefined;
}

/** True where the step may reach apps that the user didn't name one by one: with patterns, or an organization. */
export function isSweeping({ apps, org }: Scope): boolean {
  return org !== undefined || apps.some(isPattern);
}

/** True where the step is about every app of an organization, except those excluded. */
export function isWholeOrg({ apps, org }: Scope): boolean {
  return apps.length === 0 ? org !== undefined : spelledOut(apps).some(isEveryApp);
}

/**
 * Returns a command's guard, which under patterns or an organization also guards unmanaged Postgres: its nodes look
 * like any other machine, and stopping them with the rest is an outage that nobody wants.
 */
export function guardUnder(
  scope: Scope,
  guard: (machine: AppMachine) => string | undefined,
): (machine: AppMachine) => string | undefined {
  if (!isSweeping(scope)) return guard;
  return (machine) => guard(machine) ?? (machine.isPostgres ? 'a node of unmanaged Postgres' : undefined);
}

/**
 * Returns whether a choice is every machine of every app of an organization. A command that changes machines refuses
 * it until more than exclusions and `machines: all` narrows it.
 */
export function isUnbounded({
  scope,
  selector,
  limit,
}: {
  readonly scope: Scope;
  readonly selector: Selector;
  readonly limit: number | undefined;
}): boolean {
  const { machines } = selector;
  const isNarrowed = narrows({ ...selector, machines: machines === 'all' ? 'auto' : machines });
  return isWholeOrg(scope) && !isNarrowed && limit === undefined;
}

/** Returns the message for a choice that is unbounded. `verb` is the command's: `stop`. */
export function unbounded(verb: string): string {
  return `This would ${verb} everything in every app of an organization. Narrow it: set a filter (\`process-group\`, \`region\`, \`state\`, \`metadata\`, \`marked\`), \`machines\` by id or name, or a \`limit\` beside \`machines: all\`.`;
}

/** Throws an `input` error for a choice that is every machine of every app of an organization. */
export function requireBounds(choice: Parameters<typeof isUnbounded>[0], verb: string): void {
  if (isUnbounded(choice)) throw new ActionError('input', unbounded(verb));
}

/** Names the apps of a scope for people: `my-app`, `staging-*, !staging-billing of my-org`, `all apps of my-org`, `any app`. */
export function scopeWords({
  apps,
  org,
}: {
  readonly apps: readonly string[];
  readonly org?: string | undefined;
}): string {
  if (apps.length === 0) return org === undefined ? 'any app' : `all apps of ${org}`;
  return `${enumerated(apps)}${org === undefined ? '' : ` of ${org}`}`;
}
