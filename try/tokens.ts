import type { AppSpec } from '../emulator/machines/build.js';
import type { TokenOptions } from '../emulator/tokens.js';
import type { TokenKind } from './options.js';
import { itemsOf, type KnownValues } from './values.js';
import type { OurStep, TriedWorkflow } from './workflow.js';

/** Inputs of this action that take a token of Fly's. */
const TOKEN_INPUTS = ['token', 'metrics-token'] as const;

/** A secret of the workflow, and the token that it gets. */
export interface TriedSecret {
  readonly name: string;
  /** Scope of its token; undefined for a secret that isn't Fly's, which gets none. */
  readonly scope: Pick<TokenOptions, 'app' | 'org'> | undefined;
  /** Words that say what it gets. */
  readonly words: string;
}

/**
 * Decides which token each secret of a workflow gets: one for the whole organization where a step that takes it
 * says `org` or a pattern, or its name says so; else one for the apps of the steps that take it. A secret that no
 * step of this action takes gets a token if its name begins with FLY. A kind that was asked for goes for all of them.
 */
export function secretsOf(
  { secrets, steps }: TriedWorkflow,
  apps: readonly AppSpec[],
  known: KnownValues,
  kind?: TokenKind,
): TriedSecret[] {
  const [first] = apps;
  const org = first?.org ?? 'my-org';
  const own = apps.filter((it) => it.org === first?.org).map(({ name }) => name);
  return secrets.map((name) => {
    const takers = steps.filter((step) => takes(step, name));
    if (takers.length === 0 && !/^FLY_?/.test(name))
      return { name, scope: undefined, words: `nothing: give it by --secret ${name}=…, or leave it empty` };
    const texts = takers.flatMap(({ inputs }) => itemsOf(inputs['app'], known));
    const named = own.filter((it) => texts.includes(it));
    const needsOrg = takers.some(isWide) || texts.some((it) => /[*!]/.test(it)) || /ORG/.test(name);
    if (kind === undefined ? needsOrg : kind !== 'deploy') {
      const article = kind === 'readonly' ? 'a read-only' : 'a';
      return { name, scope: { org }, words: `${article} token for the organization ${org}` };
    }
    const app = named.length > 0 ? named : own;
    return { name, scope: { app }, words: `a deploy token for ${app.join(', ')}` };
  });
}

function takes({ inputs }: OurStep, secret: string): boolean {
  const mention = new RegExp(`\\bsecrets\\.${secret}\\b`);
  return TOKEN_INPUTS.some((name) => mention.test(inputs[name] ?? ''));
}

function isWide({ inputs }: OurStep): boolean {
  return inputs['org'] !== undefined && inputs['org'] !== 'none';
}
