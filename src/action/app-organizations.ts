import type { Step } from './step.js';

/** The organizations of a step's apps, mostly one: so one app is asked for all. */
export class AppOrganizations {
  readonly #step: Step;
  #first: { readonly app: string; readonly org: Promise<string> } | undefined;

  constructor(step: Step) {
    this.#step = step;
  }

  /** The step's own, else that of the first app. */
  async likely(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access;
    if (org !== undefined) return org;
    this.#first ??= { app, org: this.#ask(app, signal) };
    const first = this.#first;
    try {
      return await first.org;
    } catch (error) {
      // What is refused for one app may be fine for another.
      if (first.app === app) throw error;
      return this.#ask(app, signal);
    }
  }

  /** The app's own, as far as the step doesn't say it. */
  async of(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access;
    return org ?? (this.#first?.app === app ? this.#first.org : this.#ask(app, signal));
  }

  #ask(app: string, signal: AbortSignal): Promise<string> {
    return this.#step.connection.client.orgOf(app, signal);
  }
}
