/** Reads a token once, as a step does before it sends anything, and prints the cost. */
import { tokenForms } from '../../src/action/access/mask.js';
import { ActionError } from '../../src/errors.js';
import { dischargesFor, parseBundle, ticketsOf, usableUntil } from '../../src/macaroon/bundle.js';
import type { ReadingCost } from '../hostile.js';
import { hostileTokens } from '../hostile-tokens.js';

const { gc } = globalThis;
const [name = '', characters = ''] = process.argv.slice(2);
const token = hostileTokens(Number(characters)).get(name);
if (token === undefined || gc === undefined)
  throw new Error('Name a token and its size, and expose the collector.');
gc();
const before = allocated();
const start = performance.now();
const end = read(token.text);
const ms = performance.now() - start;
const cost: ReadingCost = { ms, megabytes: Math.max(0, allocated() - before) / 1e6 };
if (!end.includes(token.ends)) throw new Error(`Reading came to "${end}" instead of "${token.ends}".`);
process.stdout.write(JSON.stringify(cost));

function read(text: string): string {
  tokenForms(text);
  try {
    const bundle = parseBundle(text);
    usableUntil(bundle);
    for (const ticket of bundle.permissions.flatMap(ticketsOf)) dischargesFor(ticket, bundle.discharges);
    const { malformed, permissions, discharges } = bundle;
    if (malformed[0] !== undefined) return malformed[0].reason;
    if (permissions.length > 0) return 'whole';
    return discharges.length > 0 ? 'discharges' : 'unreadable';
  } catch (error) {
    // Some of the tokens deserve a refusal; anything else is a crash, and no figure.
    if (error instanceof ActionError) return error.message;
    throw error;
  }
}

function allocated(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
