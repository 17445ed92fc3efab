import { isDeepStrictEqual } from 'node:util';
import type { CliResult } from './fly-cli.js';

/**
 * A transcript: shows a person what runs and with which result, and counts the comparisons. No secret passes
 * through it.
 */
export interface Transcript {
  readonly checks: number;
  readonly failures: readonly string[];
  title(text: string): void;
  /** Prints a command with its exit code and the first `lines` lines of its output. */
  command(result: CliResult, lines?: number): void;
  /** Compares two values deeply; the order of an object's keys doesn't count. */
  same(what: string, actual: unknown, wanted: unknown): void;
  says(what: string, text: string, wanted: RegExp): void;
}

const USUAL_LINES = 8;

/**
 * Creates the transcript; `print` gets one line at a time. It hides `secrets` as well as tokens, tickets and
 * verifier keys.
 */
export function createTranscript(
  print: (line: string) => void,
  secrets: () => readonly string[],
): Transcript {
  const failures: string[] = [];
  let checks = 0;

  const clean = (text: string): string => {
    const masked = text
      .replaceAll(/\bfm(?:2|1r|1a)_[A-Za-z0-9+/=_-]+/g, 'fm2_***')
      .replaceAll(/("(?:Ticket|VerifierKey)": ")[^"]+/g, '$1***');
    return secrets().reduce((shown, secret) => shown.replaceAll(secret, '***'), masked);
  };
  const check = (what: string, passed: boolean, detail: () => string) => {
    checks += 1;
    if (!passed) failures.push(clean(`${what}: ${detail()}`));
    print(clean(`    ${passed ? '✓' : '✗'} ${what}${passed ? '' : `: ${detail()}`}`));
  };

  return {
    get checks() {
      return checks;
    },
    failures,
    title(text) {
      print('');
      print(`» ${text}`);
    },
    command({ args, exitCode, stdout, stderr }, lines = USUAL_LINES) {
      const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
      print('');
      print(clean(`  $ flyctl ${args.join(' ')}`));
      for (const line of said.slice(0, lines)) print(clean(`    ${line.trimEnd()}`));
      if (said.length > lines) print(`    … ${said.length - lines} more lines`);
      print(`    exit code ${exitCode}`);
    },
    same(what, actual, wanted) {
      check(what, isDeepStrictEqual(actual, wanted), () => `got ${show(actual)}, expected ${show(wanted)}`);
    },
    says(what, text, wanted) {
      check(what, wanted.test(text), () => `${show(text)} does not match ${wanted}`);
    },
  };
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
