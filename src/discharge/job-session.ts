import * as v from '@badrap/valita';
import { type Bundle, parseToken } from '../macaroon/bundle.js';
import type { Discharge } from './discharges.js';
import type { Lifetime } from './live-token-tools.js';

/** Inputs that a session keeps for later steps, by name; each as its row of the input table reads it. */
export interface KeptInputs {
  /** Milliseconds before a discharge's end. */
  readonly 'refresh-before': number;
  /** Lines of the input; undefined: none. */
  readonly 'third-party-credentials': readonly string[] | undefined;
  readonly approve: boolean;
}

/** Fields that the steps of a job share beside the token itself. */
export interface SessionFields {
  readonly discharges: readonly Discharge[];
  /** Names, patterns and exclusions of apps, and the organization. No app means any app, or all of the organization. */
  readonly scope: { readonly apps: readonly string[]; readonly org: string | undefined };
  readonly apiUrl: URL;
  readonly kept: KeptInputs;
  /** End that the session's copy of the token was given. */
  readonly lifetime?: Lifetime | undefined;
  /**
   * End of the token that the session's is a copy of, in Unix milliseconds; infinite if it never ends, and then absent
   * from the file.
   */
  readonly tokenEnd?: number | undefined;
  /** Words for each caveat, except the end, that narrows the session's copy. */
  readonly narrowed?: readonly string[] | undefined;
}

/** Mark of a file's owner, for other jobs to read. */
export interface FileMark {
  /** Name in words: `owner/repo, run 5, attempt 1, job build`. */
  readonly job: string;
  /** Latest end of that job, in Unix milliseconds. */
  readonly until: number;
  /** Number of machines that a post's file is for, if it holds parts of a token that can't be narrowed to them. */
  readonly wholeFor?: number;
}

/** Fields that tell whose the file is. */
const MARK = { job: v.string().optional(), until: v.number().optional() };

const Content = v.object({
  version: v.literal(1),
  /** Parts of the bundle except its discharges, joined by commas. */
  token: v.string(),
  discharges: v.array(v.object({ text: v.string(), arrived: v.number().optional() })),
  apps: v.array(v.string()),
  org: v.string().optional(),
  apiUrl: v.string().assert((text) => URL.canParse(text)),
  refreshBefore: v.number(),
  thirdPartyCredentials: v.array(v.string()),
  approve: v.boolean().optional(),
  lifetime: v.object({ ms: v.number(), end: v.number(), by: v.literal('restore').optional() }).optional(),
  /** End of the original token; absent: never. */
  tokenEnd: v.number().optional(),
  narrowed: v.array(v.string()).optional(),
  ...MARK,
  wholeFor: v.number().optional(),
});

/** Session as its file holds it: the token, the fields and the mark. All of it is secret. */
export type SessionContent = v.Infer<typeof Content>;

/** Returns a session in the form of its file. */
export function toContent(bundle: Bundle, fields: SessionFields, mark: FileMark): SessionContent {
  const { scope, kept, lifetime, narrowed, tokenEnd } = fields;
  return {
    version: 1,
    token: tokenOf(bundle),
    discharges: storedDischarges(fields.discharges),
    apps: [...scope.apps],
    ...(scope.org !== undefined && { org: scope.org }),
    apiUrl: fields.apiUrl.origin,
    refreshBefore: kept['refresh-before'],
    thirdPartyCredentials: [...(kept['third-party-credentials'] ?? [])],
    ...(kept.approve && { approve: true }),
    ...(lifetime && { lifetime }),
    ...(Number.isFinite(tokenEnd) && { tokenEnd }),
    ...(narrowed && { narrowed: [...narrowed] }),
    ...mark,
  };
}

/** Returns the fields of a session. Drops a discharge that can't be read: a later request fetches it again. */
export function fromContent(content: SessionContent): SessionFields {
  return {
    discharges: dischargesIn(content),
    scope: { apps: content.apps, org: content.org },
    apiUrl: new URL(content.apiUrl),
    kept: {
      'refresh-before': content.refreshBefore,
      'third-party-credentials': content.thirdPartyCredentials,
      approve: content.approve === true,
    },
    lifetime: content.lifetime,
    tokenEnd: content.tokenEnd,
    narrowed: content.narrowed,
  };
}

/** Returns the bundle's text without discharges. */
export function tokenOf({ permissions, malformed, users, unknown }: Bundle): string {
  return [...[...permissions, ...malformed].map(({ text }) => text), ...users, ...unknown].join(',');
}

/** Returns the session with these discharges in place of its own. */
export function withDischarges(content: SessionContent, discharges: readonly Discharge[]): SessionContent {
  return { ...content, discharges: storedDischarges(discharges) };
}

function storedDischarges(discharges: readonly Discharge[]): SessionContent['discharges'] {
  return discharges.map(({ text, arrived }) => (arrived === undefined ? { text } : { text, arrived }));
}

function dischargesIn(content: SessionContent): Discharge[] {
  return content.discharges.flatMap(({ text, arrived }) => {
    try {
      return [{ ...parseToken(text), arrived }];
    } catch {
      return [];
    }
  });
}

/** Content of a file, or the reason why it is not accepted. */
export type Taken = { readonly content: SessionContent } | { readonly refused: string };

/** Reads the text of a session's file. */
export function contentIn(text: string): Taken {
  const json = jsonIn(text);
  const result = Content.try(json, { mode: 'strip' });
  if (result.ok) return { content: result.value };
  const version: unknown =
    typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  if (typeof version === 'number' && version !== 1)
    return { refused: `it is of another version of this action (form ${version}, not 1)` };
  return { refused: json === undefined ? 'it is cut off or no JSON' : 'its form is not known' };
}

const Mark = v.object(MARK).map(({ job, until }) => ({
  job: job ?? '',
  until: until ?? Number.POSITIVE_INFINITY,
}));

/** Reads the mark in the text of any job's file; undefined if it is not in our form. An absent end is infinite. */
export function markIn(text: string): FileMark | undefined {
  const result = Mark.try(jsonIn(text), { mode: 'strip' });
  return result.ok ? result.value : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
