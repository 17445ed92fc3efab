import { delimiter } from 'node:path';
import type { JobOptions } from './job-options.js';
import type { StepResult, Variables } from './step-result.js';

/** The environment that steps share: variables, and the front of PATH. */
export interface SharedEnvironment {
  /**
   * Returns the `env` context of a step: the workflow's, then the additions of earlier steps, then the step's
   * own.
   */
  context(step: Variables): Variables;
  /** Returns the environment of a step except the file commands, GITHUB_ACTION included. */
  process(step: { readonly id: string; readonly env: Variables; readonly inputs: Variables }): Variables;
  /** Adopts what a step left for later ones. */
  apply(result: Pick<StepResult, 'env' | 'paths'>): void;
}

/** Creates the environment of a job from `env`, `contexts`, `idToken`, `home` and `path` alone. */
export function createSharedEnvironment(options: {
  readonly env: Variables;
  readonly contexts: Variables;
  readonly idToken: JobOptions['idToken'];
  readonly home: string;
  readonly path: string;
}): SharedEnvironment {
  const { contexts, idToken } = options;
  const oidc: Variables =
    idToken === undefined
      ? {}
      : { ACTIONS_ID_TOKEN_REQUEST_URL: idToken.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.token };
  let shared = options.env;
  let front: readonly string[] = [];

  return {
    context: (step) => ({ ...shared, ...step }),
    process: ({ id, env, inputs }) => ({
      HOME: options.home,
      CI: 'true',
      ...env,
      ...inputs,
      PATH: [...front, env['PATH'] ?? options.path].join(delimiter),
      ...contexts,
      ...oidc,
      GITHUB_ACTION: id,
      GITHUB_ACTIONS: 'true',
    }),
    apply({ env, paths }) {
      shared = { ...shared, ...env };
      for (const path of paths) front = [path, ...front.filter((known) => known !== path)];
    },
  };
}
