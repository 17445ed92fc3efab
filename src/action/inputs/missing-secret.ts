import type { Environment } from '../runner/environment.js';

/** Returns a hint, with a blank in front, why this job may have no secrets, as far as its own variables tell. */
export function missingSecretHint(env: Environment): string {
  const actors = [env['GITHUB_ACTOR'], env['GITHUB_TRIGGERING_ACTOR']];
  if (actors.includes('dependabot[bot]'))
    return " A run that Dependabot has started, by a push or a pull request, gets Dependabot's own secrets only: add it under Settings, Secrets and variables, Dependabot, or leave such runs out.";
  if (/^pull_request(_review(_comment)?)?$/.test(env['GITHUB_EVENT_NAME'] ?? ''))
    return ` GitHub gives no secrets to pull requests from forks and from Dependabot.${REUSABLE}`;
  return REUSABLE;
}

// No variable tells whether this is a reusable workflow.
const REUSABLE =
  ' A reusable workflow gets only what its caller passes on: `secrets: inherit`, or each by its name.';
