import type { ActionError } from '../errors.js';
import type { CaveatSets } from '../macaroon/verdict.js';
import type { AppNumbers, KnownToken } from '../machines/api/client.js';
import { refusedFor } from '../machines/api/refusals.js';
import { textForApp } from '../token-command.js';
import type { NamesAnswer } from './ask-names.js';
import type { FlyAnswer } from './fly-answer.js';
import type { FlySays, May } from './may.js';

/** Facts about a token and an app, as Fly's answers bring them. */
export class FlyFindings {
  numbers: AppNumbers = { appId: undefined, orgId: undefined };
  readonly #app: string | undefined;
  /** True where a caveat refuses each request that names no machine, whatever the token may do with those. */
  readonly #isBare: boolean;
  readonly #answers = new Map<string, May>();
  readonly #warnings: string[] = [];
  #accepted: boolean | undefined;
  #refused: ActionError | undefined;
  #known: readonly KnownToken[] = [];
  #untold: string | undefined;

  constructor(app: string | undefined, tokens: CaveatSets) {
    this.#app = app;
    this.#isBare = tokens.some((it) => it?.some(({ name }) => name === 'Machines'));
  }

  /** True where Fly has not answered at all, or only of its own trouble, so that there is nothing more to ask. */
  get isOver(): boolean {
    const refusals = ['forbidden', 'not found', 'unauthorized'];
    return this.#refused !== undefined && !refusals.includes(this.#refused.class);
  }

  /** True where Fly refuses the token. */
  get isRefused(): boolean {
    return this.#refused?.class === 'unauthorized';
  }

  /** True where it makes sense to ask what the token may do with the app. */
  get isOfApp(): boolean {
    return this.#refused === undefined || this.#refused.class === 'forbidden';
  }

  /** Notes that the token may read the app. */
  read(numbers: AppNumbers): void {
    this.numbers = numbers;
    this.#accepted = true;
    this.say('r', { verdict: 'yes', reason: '' });
  }

  /** Notes that the app could not be read. */
  refuse(error: ActionError): void {
    this.#refused = error;
    if (error.class === 'unauthorized') this.#accepted = false;
    if (error.class === 'forbidden' && !this.#isBare) this.say('r', no(error));
  }

  /** Notes what Fly says of an action. */
  say(letters: string, may: May): void {
    this.#answers.set(letters, may);
  }

  /** Notes an error of which nothing follows. */
  warn(error: ActionError): void {
    this.#warnings.push(textForApp(error.line, this.#app));
  }

  /** Notes what Fly says of the token as a whole. */
  name(answer: NamesAnswer): void {
    if (answer.kind === 'known') {
      this.#known = answer.tokens;
      this.#accepted = true;
      // So its 401 is about this app.
      if (this.isRefused && this.#refused !== undefined) this.refuse(notOfApp(this.#refused));
    } else if (answer.kind === 'untold') this.#untold = answer.why;
    else if (this.isRefused && this.#refused !== undefined) this.#refused = revoked(this.#refused);
    else if (this.#accepted !== true && this.#refused?.class !== 'forbidden') {
      if (this.#refused !== undefined) this.#warnings.push(this.#refusal(this.#refused));
      this.refuse(revoked(answer.error));
    } else this.#untold = answer.error.line;
  }

  readonly says: FlySays = ({ anyOf, runs }) => {
    if (this.isRefused && this.#refused !== undefined) return no(this.#refused);
    const its = anyOf.map(({ letters }) => this.#answers.get(letters));
    const [first] = its;
    return runs !== true && its.every((it) => it?.verdict === first?.verdict) ? first : undefined;
  };

  /** Sums up. */
  answer(): FlyAnswer {
    const refusal = this.#refused === undefined ? [] : [this.#refusal(this.#refused)];
    return {
      numbers: this.numbers,
      says: this.says,
      warnings: [...refusal, ...this.#warnings],
      accepted: this.#accepted,
      known: this.#known,
      untold: this.#untold,
    };
  }

  #refusal(error: ActionError): string {
    const app = this.#app;
    if (app === undefined) return textForApp(error.line, app);
    const isForMachines = error.class === 'forbidden' && this.#isBare;
    return textForApp((isForMachines ? forMachines(error) : refusedFor(app, error)).line, app);
  }
}

/** Returns the verdict that Fly's refusal is. */
export const no = (error: ActionError): May => ({ verdict: 'no', reason: `Fly says: ${error.message}` });

function forMachines(error: ActionError): ActionError {
  const hint =
    'A bare `Machines` caveat refuses every request that names no machine, even for the list: wrap it in an `IfPresent` that allows all reads.';
  return error.with({ hint });
}

/** Returns the refusal of a token that Fly takes all the same. */
function notOfApp(error: ActionError): ActionError {
  return error.with({
    class: 'forbidden',
    message: `${error.message}, although it takes the token`,
    hint: 'The token is for another app or organization, or may not read this app.',
  });
}

/** Returns the refusal of a token that Fly takes for no question, although nothing of it has ended or is missing. */
function revoked(error: ActionError): ActionError {
  return error.with({ message: `${error.message}; it is revoked, or not one of Fly's` });
}
