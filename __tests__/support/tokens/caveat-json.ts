import { formatAction } from '../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import { isNil } from '../../../src/macaroon/codec.js';

/** The text that Fly's Go code writes as the JSON form of a set of caveats; empty where a type has none. */
export function caveatsJson(caveats: readonly Caveat[]): string {
  if (caveats.some(({ name }) => name === 'Unregistered')) return '';
  return list(caveats.map((caveat) => object({ type: quoted(caveat.name), body: body(caveat) })));
}

function body(caveat: Caveat): string {
  switch (caveat.name) {
    case 'Organization':
      return object({ id: value(caveat.body.id), mask: mask(caveat.body.mask) });
    case 'IsUser':
      return object({ uint64: value(caveat.body.id) });
    case '3P':
      return object({
        Location: value(caveat.body.location),
        VerifierKey: value(caveat.body.verifierKey),
        Ticket: value(caveat.body.ticket),
      });
    case 'IfPresent':
      return object({ ifs: caveatsJson(caveat.body.ifs), else: mask(caveat.body.else) });
    case 'StorageObjects':
      return object({ storage_objects: value(caveat.body.prefixes) });
    case 'Action':
      return mask(caveat.body);
    case 'GoogleUserID':
      return `${BigInt(`0x0${Buffer.from(caveat.body).toString('hex')}`)}`;
    case 'Commands':
      if (isNil(caveat.body)) return 'null';
      // Go leaves out what is false.
      return list(
        caveat.body.map(({ args, exact }) => object({ args: value(args), ...(exact && { exact: 'true' }) })),
      );
    default:
      return value(caveat.body);
  }
}

/** Any other value: a map is a set of resources with what may be done to each. */
function value(it: unknown): string {
  if (isNil(it)) return 'null';
  if (it instanceof Map) {
    const sorted = [...it].map(([key, actions]) => [String(key), mask(actions)] as const).sort(byBytes);
    return object(sorted);
  }
  if (it instanceof Uint8Array) return quoted(Buffer.from(it).toString('base64'));
  if (Array.isArray(it)) return list(it.map(value));
  if (typeof it === 'object' && it !== null)
    return object(Object.entries(it).map(([name, field]) => [name, value(field)] as const));
  return typeof it === 'string' ? quoted(it) : String(it);
}

function byBytes([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const quoted = (text: string) => JSON.stringify(text);
const mask = (actions: number) => quoted(formatAction(actions));
const list = (items: readonly string[]) => `[${items.join()}]`;
/** Pairs rather than an object where JavaScript would put the names that are numbers in front. */
const object = (fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[]) => {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  return `{${pairs.map(([name, text]) => `${quoted(name)}:${text}`).join()}}`;
};
