import type { History } from '../../history/history.js';
import type { ActionStep, ScriptJob } from '../../script/script.js';

/** Begin of every permission token: a macaroon whose nonce has a key id of 16 bytes; a discharge's is longer. */
const PERMISSION = 'fm2_lJPEE';
/** Characters of a token's text that hold its nonce whole: caveats that are added leave them as they are. */
const HEAD = 54;

/** Returns what a permission token keeps however it is narrowed; undefined for other text. */
export function headOf(part: string): string | undefined {
  return part.startsWith(PERMISSION) ? part.slice(0, HEAD) : undefined;
}

/** Returns the names of a script's tokens by the heads of their parts. */
export function namesByHead({ tokens }: History): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, text] of Object.entries(tokens)) {
    for (const part of text.replace(/^FlyV1 /, '').split(',')) {
      const head = headOf(part);
      if (head !== undefined) names.set(head, name);
    }
  }
  return names;
}

/** Returns the names of tokens that stand in a text as `{token:name}`. */
export function tokensIn(text: string | undefined): string[] {
  if (text === undefined || !text.includes('{token:')) return [];
  return [...text.matchAll(/\{token:([\w-]+)\}/g)].map(([, name]) => name ?? '');
}

/** Returns the names of tokens that a step brings with it. */
export function tokensOf({ inputs }: ActionStep): string[] {
  return [...tokensIn(inputs['token']), ...tokensIn(inputs['metrics-token'])];
}

/** Returns the names of the tokens in a job's environment. */
export function tokensInEnv({ env }: ScriptJob): string[] {
  return Object.values(env).flatMap(tokensIn);
}
