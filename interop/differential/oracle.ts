import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { goBinary } from '../go.js';

/** A question: `op` as interop/oracle defines it, bytes in base64. */
export type Question = { readonly op: string } & Readonly<Record<string, unknown>>;

/** Go's reading of one macaroon; see interop/oracle/decode.go. */
export interface DecodedMacaroon {
  readonly location: string;
  readonly kid: string | null;
  readonly rnd: string;
  readonly nonceFields: number;
  readonly proof: boolean;
  readonly uuid: string;
  readonly tail: string;
  readonly json: string;
  readonly packed: string;
  readonly token: string;
  readonly notAfter: number | null;
}

/** An answer. A refusal has the field `error` alone; `panic` tells that Go broke rather than refused. */
export interface Answer {
  readonly error?: string;
  readonly panic?: true;
  readonly decoded?: DecodedMacaroon;
  readonly token?: string;
  readonly packed?: string;
  readonly missing?: readonly { readonly location: string; readonly ticket: string }[];
}

/** Fly's Go code in a process of its own, which ends with this one at the latest. */
export interface Oracle {
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

/**
 * Builds interop/oracle and starts it. The caller may ask before earlier answers arrive. When the process ends
 * or can't start, all open questions reject.
 */
export function startOracle(program = goBinary('oracle')): Oracle {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  let end = '';
  const rejectAll = (reason: string) => {
    end ||= reason;
    for (const { reject } of waiting.splice(0)) reject(new Error(end));
  };
  // The cast is safe: the program writes this form.
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Answer));
  child.on('error', ({ message }) => rejectAll(`the oracle can't be run: ${message}`));
  // Writing to a process that has just ended fails; 'close' reports its end.
  child.stdin.on('error', () => undefined);
  // This event follows the last answer, even when the process could not start.
  const closed = new Promise<void>((resolve) => {
    child.on('close', (code, signal) => {
      rejectAll(`the oracle has ended (${signal ?? `exit code ${code}`})`);
      resolve();
    });
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (end !== '') return reject(new Error(end));
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    stop() {
      child.stdin.end();
      return closed;
    },
  };
}

/** Encodes bytes for the oracle. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
