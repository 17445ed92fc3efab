import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { goBinary } from '../go.js';

/** What is asked: `op` as interop/oracle has it, bytes in base64. */
export type Question = { readonly op: string } & Readonly<Record<string, unknown>>;

/** What Go says of one macaroon; see interop/oracle/decode.go. */
export interface Decoded {
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

/** What came back; `error` is the only field of a refusal, `panic` tells that Go broke rather than refused. */
export interface Answer {
  readonly error?: string;
  readonly panic?: true;
  readonly decoded?: Decoded;
  readonly token?: string;
  readonly packed?: string;
  readonly missing?: readonly { readonly location: string; readonly ticket: string }[];
}

/** Fly's Go code in a process of its own, which ends with this one at the latest. */
export interface Oracle {
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

/** Builds interop/oracle and starts it. Questions may be asked before earlier ones are answered. */
export function startOracle(): Oracle {
  const child = spawn(goBinary('oracle'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  // The program's own answers.
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Answer));
  child.on('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the oracle ended (exit code ${code})`));
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (hasEnded(child)) return reject(new Error('the oracle has ended'));
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    async stop() {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Bytes as the oracle takes them. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
