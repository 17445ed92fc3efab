import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Job } from '../../../runner/job.js';
import type { StepResult } from '../../../runner/step-result.js';
import { parseBundle, ticketsOf } from '../../../src/macaroon/bundle.js';
import { sessionFiles } from './session.js';

/** A piece of a secret that is this long in a text is no chance. In characters. */
const PIECE = 20;

/** Gathers the secrets of a job as they come to be, and finds out where they have got to. */
export class LeakSearch {
  readonly #pieces = new Map<string, string>();

  /** Takes a whole token text: each part, the bytes behind it, and every ticket. Throws for what can't be a token. */
  token(text: string): void {
    const { permissions, discharges, malformed, users, unknown } = parseBundle(text);
    for (const token of [...permissions, ...discharges]) {
      const what = permissions.includes(token) ? 'a permission token' : 'a discharge';
      this.#bytes(what, Buffer.from(token.text.slice(token.text.indexOf('_') + 1), 'base64'));
      this.#bytes(what, Buffer.from(token.text));
      this.#text(what, token.text);
      for (const { ticket } of ticketsOf(token)) this.#bytes('a ticket', Buffer.from(ticket));
    }
    const others = [...malformed.map((part) => part.text), ...users, ...unknown];
    for (const other of others.filter(({ length }) => length >= PIECE)) this.credential(other);
  }

  credential(text: string): void {
    this.#bytes('a credential', Buffer.from(text));
    this.#text('a credential', text);
  }

  /** Takes the discharges, and all else, that the open sessions of a job hold. */
  sessions(job: Job): void {
    for (const { path } of sessionFiles(job)) {
      const content: unknown = JSON.parse(readFileSync(join(job.temp, basename(path)), 'utf8'));
      const { token, discharges } = content as { token: string; discharges: { text: string }[] }; // As auth writes it.
      this.token([token, ...discharges.map(({ text }) => text)].join(','));
    }
  }

  /** What a run printed, but the masks themselves. */
  printed(result: StepResult): string[] {
    return this.in(printedBy(result));
  }

  /** What a run left for others; `except` names outputs and variables that are meant to hold a secret. */
  left(result: StepResult, except: readonly string[] = []): string[] {
    return this.in(leftBy(result, except));
  }

  /** What stands in any file of the job but the sessions. */
  files(job: Job): string[] {
    const sessions = new Set(sessionFiles(job).map(({ path }) => path));
    const others = job.files().filter(({ path }) => !sessions.has(path));
    return others.flatMap(({ path, content }) => this.in(path + content).map((what) => `${what} in ${path}`));
  }

  /** The secrets that a text holds a piece of. */
  in(text: string): string[] {
    // Hexadecimal in capitals, or with colons, too.
    const texts = `${text}\n${text.toLowerCase().replace(/(?<=[0-9a-f]{2}):(?=[0-9a-f]{2})/g, '')}`;
    return [...new Set([...this.#pieces].flatMap(([piece, what]) => (texts.includes(piece) ? [what] : [])))];
  }

  #bytes(what: string, bytes: Buffer): void {
    this.#text(what, bytes.toString('hex'));
    // Behind other text, base64 may begin within any three bytes.
    for (const rest of [bytes, bytes.subarray(1), bytes.subarray(2)])
      for (const encoding of ['base64', 'base64url'] as const) this.#text(what, rest.toString(encoding));
  }

  /** Every stretch of twice the length of a piece holds one whole. */
  #text(what: string, text: string): void {
    for (let at = 0; at === 0 || at + PIECE <= text.length; at += PIECE) {
      this.#pieces.set(text.slice(at, at + PIECE), what);
    }
  }
}

/** All that a run printed, but the masks themselves. */
export function printedBy({ stdout, stderr }: StepResult): string {
  const lines = stdout.split(/\r\n|\r|\n/).filter((line) => !line.startsWith('::add-mask::'));
  return [...lines, stderr].join('\n');
}

/** All that a run left for others, but the outputs and variables named. */
export function leftBy(
  { outputs, state, env, paths, summary, annotations }: StepResult,
  except: readonly string[],
): string {
  const open = Object.entries({ ...outputs, ...env }).filter(([name]) => !except.includes(name));
  return JSON.stringify([open, state, paths, annotations]) + summary;
}
