import type { Step } from './step.js';

/** The organizations of a step's apps, mostly one: so one app is asked for all, and each at most once. */
export class AppOrganizations {
  readonly #step: Step;
  readonly #asked = new Map<string, Promise<string>>();
  /** The app that is asked for all, until it turns out that they are not of one organization. */
  #first: string | undefined;
  #differ = false;

  constructor(step: Step) {
    this.#step = step;
  }

  /** The step's own, else that of the first app, until that was wrong for another. */
  async likely(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access;
    if (org !== undefined) return org;
    this.#first ??= app;
    if (this.#differ || this.#first === app) return this.#ask(app, signal);
    // What is refused for one app may be fine for another.
    return this.#ask(this.#first, signal).catch(() => this.#ask(app, signal));
  }

  /** The app's own, as far as the step doesn't say it. */
  async of(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access;
    if (org !== undefined) return org;
    const own = await this.#ask(app, signal);
    const first = await this.#ask(this.#first ?? app, signal).catch(() => own);
    this.#differ ||= own !== first;
    return own;
  }

  #ask(app: string, signal: AbortSignal): Promise<string> {
    const asked = this.#asked.get(app) ?? this.#step.connection.client.orgOf(app, signal);
    this.#asked.set(app, asked);
    return asked;
  }
}
