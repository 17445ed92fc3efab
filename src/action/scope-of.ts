import type { Scope } from '../commands/scope.js';
import { enumerated } from '../text.js';
import type { StepAccess } from './step-access.js';

/** Which apps a step is about. */
export function scopeOf({ apps, org }: StepAccess): Scope {
  return { apps, org };
}

/** The same for people: `my-app`, `staging-*, !staging-billing of my-org`, `all apps of my-org`, `any app`. */
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
