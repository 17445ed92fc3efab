import { readFileSync } from 'node:fs';
import type { Fly } from '../../../emulator/fly.js';
import type { TokenOptions } from '../../../emulator/tokens.js';
import type { StepOptions } from '../../../runner/job-options.js';
import type { StepResult } from '../../../runner/step-result.js';
import { APP, type Scenario } from './scenario.js';

export type With = Readonly<Record<string, string>>;

/** Runs a step that brings a token of its own for `my-app`, discharge included. */
export function stepWith<R = StepResult>(
  { job, fly }: { readonly job: { step(options: StepOptions): Promise<R> }; readonly fly: Fly },
  uses: string,
  inputs: With,
  token: TokenOptions = {},
): Promise<R> {
  const text = fly.mintToken({ app: APP, withDischarge: true, ...token });
  return job.step({ uses, with: { token: text, app: APP, ...inputs } });
}

/** `POST d891…/start?signal=SIGINT`: what was asked of single machines that is more than reading, in order of arrival. */
export function writes({ arrivals }: Pick<Scenario, 'arrivals'>): string[] {
  return arrivals
    .filter(({ method, path }) => method !== 'GET' && path.includes('/machines/'))
    .map(({ method, path }) => `${method} ${path.replace(/^.*\/machines\//, '')}`);
}

/** The paths that were asked for, but for the one question what time it is. */
export function pathsAsked({ fly }: Pick<Scenario, 'fly'>): string[] {
  return fly.requests.map(({ path }) => path).filter((path) => path !== '/');
}

/** Somebody else changes a machine: `stop`, `start`, … */
export async function elsewhere({ fly }: Scenario, id: string, verb: string): Promise<void> {
  const authorization = fly.mintToken({ thirdParty: false });
  const path = `/v1/apps/${APP}/machines/${id}/${verb}`;
  const reply = await fly.handle({ method: 'POST', path, headers: { authorization }, body: '' });
  if (!('status' in reply) || reply.status > 299)
    throw new Error(`${verb} of ${id}: ${JSON.stringify(reply)}`);
}

/** The JSON in the file that `machines-file` names. */
export function machinesFile<T>({ outputs }: StepResult): T[] {
  return JSON.parse(readFileSync(outputs['machines-file'] ?? '', 'utf8')) as T[]; // As the step wrote it.
}
