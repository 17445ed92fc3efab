import { enumerated } from '../text.js';
import { parseAction } from './action-mask.js';
import { type Caveat, caveatsNamed } from './caveats.js';
import { type Effort, MOST_WORK, type Question } from './possibilities.js';
import { judge, UNREADABLE, type Verdict } from './verdict.js';

/** More are named by their number alone. */
const MOST_APPS = 50;
/** Effort for all questions about one token. */
const MOST_OF_A_TOKEN = 4 * MOST_WORK;
/** Effort for all tokens of a bundle: a part of a second. */
const MOST_OF_A_BUNDLE = 10 * MOST_OF_A_TOKEN;
const TOO_MANY = 'do what only Fly can tell: its caveats are too many to be tried';
const VERBS = [
  ['r', 'read'],
  ['w', 'write'],
  ['c', 'create'],
  ['d', 'delete'],
  ['C', 'control'],
] as const;
const ALL_LETTERS = VERBS.map(([letter]) => letter).join('');

/** Apps and organization that a permission token is about. */
export interface TokenScope {
  /** Numbers that its caveats mention; none: any. */
  readonly organizations: readonly bigint[];
  readonly apps: readonly bigint[];
  /** Permissions that its caveats leave, in words, without their conditions: `read and control machines of app 1234`. */
  readonly may: readonly string[];
  /** Those of the apps that it may change. */
  readonly changes: readonly bigint[];
  /** True where it may change what belongs to apps that it doesn't mention. */
  readonly isWide: boolean;
}

/** An app by its number, and its name where that is known. */
export interface NamedApp {
  readonly id: bigint | undefined;
  readonly name: string | undefined;
}

/** Reads off each token's caveats what it is about. Times, callers and third parties are left aside. */
export function tokenScopes(tokens: readonly (readonly Caveat[])[], known?: NamedApp): TokenScope[] {
  let left = MOST_OF_A_BUNDLE;
  return tokens.map((caveats) => {
    const most = Math.min(left, MOST_OF_A_TOKEN);
    const work = { left: most };
    const scope = tokenScope(caveats, work, known);
    left -= most - work.left;
    return scope;
  });
}

function tokenScope(caveats: readonly Caveat[], work: Effort, known: NamedApp | undefined): TokenScope {
  const organizations = distinct(caveatsNamed(caveats, 'Organization').map(({ body }) => body.id));
  const apps = distinct(caveatsNamed(caveats, 'Apps').flatMap(({ body }) => [...body.apps.keys()]));
  const [orgId] = organizations;
  const of = orgId === undefined ? '' : ` of organization ${orgId}`;
  let isTold = true;
  const ask = (question: Question) => {
    const verdict = judge(caveats, question, work);
    isTold &&= verdict !== UNREADABLE;
    return verdict;
  };
  const letters = (appId: bigint) => allowed(ask, { at: 'machine', orgId, appId });
  const groups = new Map<string, bigint[]>();
  for (const app of apps.slice(0, MOST_APPS)) {
    const its = letters(app);
    groups.set(its, [...(groups.get(its) ?? []), app]);
  }
  const other = largest(apps) + 1n;
  const wide = letters(other);
  const everyApp = `every ${apps.length === 0 ? '' : 'other '}app${of}`;
  const named = [...groups].map(([its, ids]) => phrase(its, appWords(ids, known) + of));
  const runs =
    caveatsNamed(caveats, 'Commands').length > 0 ? runWords(ask, { orgId, appId: apps[0] ?? other }) : '';
  if (!isTold) return { organizations, apps, may: [TOO_MANY], changes: [], isWide: false };
  const may = [...named, phrase(wide, everyApp), runs].filter((it) => it !== '');
  return {
    organizations,
    apps,
    may: may.length === 0 ? ['do nothing with apps'] : may,
    changes: [...groups].flatMap(([its, ids]) => (changesIn(its) ? ids : [])),
    isWide: changesIn(wide),
  };
}

type Asker = (question: Question) => Verdict;

/** The actions that may be allowed, as letters. */
function allowed(ask: Asker, question: Omit<Question, 'action'>): string {
  const isAllowed = (letter: string) => ask({ ...question, action: parseAction(letter) }).kind !== 'no';
  return VERBS.map(([letter]) => letter)
    .filter(isAllowed)
    .join('');
}

/** Which of the commands that the caveats mention may be run there. */
function runWords(ask: Asker, question: Pick<Question, 'orgId' | 'appId'>): string {
  const verdict = ask({ ...question, at: 'machine', action: parseAction('C'), command: 'any' });
  if (verdict.kind !== 'yes') return '';
  const commands = verdict.only.map(({ command }) => JSON.stringify(command));
  return `run ${commands.length === 0 ? 'any command' : enumerated([...new Set(commands)])} in machines`;
}

function phrase(letters: string, object: string): string {
  if (letters === '') return '';
  if (letters === ALL_LETTERS) return `do everything with ${object}`;
  if (letters === 'rC' || letters === 'C')
    return `${letters === 'C' ? '' : 'read and '}control machines of ${object}`;
  const verbs = VERBS.filter(([letter]) => letters.includes(letter)).map(([, verb]) => verb);
  const last = verbs.pop() ?? '';
  return `${verbs.length === 0 ? '' : `${verbs.join(', ')} and `}${last} ${object}`;
}

const changesIn = (letters: string) => /[wC]/.test(letters);

/** `app 12 (my-app)` */
function appWords(ids: readonly bigint[], known: NamedApp | undefined): string {
  const each = ids.map((id) =>
    id === known?.id && known.name !== undefined ? `${id} (${known.name})` : `${id}`,
  );
  return `app${ids.length === 1 ? '' : 's'} ${enumerated(each)}`;
}

function distinct(ids: readonly bigint[]): bigint[] {
  return [...new Set(ids)].filter((id) => id !== 0n);
}

// biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigint.
const largest = (ids: readonly bigint[]) => ids.reduce((most, id) => (id > most ? id : most), 0n);
