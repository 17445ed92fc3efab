import { unlessAborted } from '../../abort.js';
import { withTimeout } from '../../clock.js';
import { ActionError } from '../../errors.js';
import type { Step } from './step.js';

/** Time that an app which others go by may keep them waiting. */
const SOON_MS = 5_000;

/** Organizations of a step's apps, mostly one: so one app is asked for all, and each at most once. */
export class AppOrganizations {
  readonly #step: Step;
  readonly #asked = new Map<string, Promise<string>>();
  /** App that is asked for all, until it turns out that they are not of one organization. */
  #first: string | undefined;
  #differ = false;

  constructor(step: Step) {
    this.#step = step;
  }

  /** Returns the step's own, else that of the first app, until that was wrong for another. */
  async likely(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access.scope;
    if (org !== undefined) return org;
    this.#first ??= app;
    if (this.#differ || this.#first === app) return this.#ask(app, signal);
    // What is refused for one app, or never answered, may be fine for another.
    return this.#soon(this.#first, signal).catch(() => this.#ask(app, signal));
  }

  /** Returns the app's own, as far as the step doesn't say it. */
  async of(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access.scope;
    if (org !== undefined) return org;
    const own = await this.#ask(app, signal);
    const first = await this.#soon(this.#first ?? app, signal).catch(() => own);
    this.#differ ||= own !== first;
    return own;
  }

  /** Returns the organization of an app that others go by, as long as it doesn't keep them waiting. */
  #soon(app: string, signal: AbortSignal): Promise<string> {
    const { clock } = this.#step;
    const late = () => new ActionError('timeout', `the organization of ${app} isn't known yet`);
    return withTimeout({ clock, signal, ms: SOON_MS, late }, (limited) =>
      unlessAborted(limited, this.#ask(app, signal)),
    );
  }

  #ask(app: string, signal: AbortSignal): Promise<string> {
    const asked = this.#asked.get(app) ?? this.#step.connection.client.orgOf(app, signal);
    this.#asked.set(app, asked);
    return asked;
  }
}
