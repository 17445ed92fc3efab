import { type Answer, json, refusal } from '../http.js';
import { foreignLease } from '../machines/lease.js';
import type { Settings } from '../settings.js';
import type { MachineContext, MachineRoute } from './route.js';

const ALL = '/v1/apps/:app/machines/:machine/metadata';
const ONE = `${ALL}/:key`;

const reading = (path: string, handle: MachineRoute['handle']): MachineRoute => ({
  ...{ scope: 'machine', method: 'GET', path, action: 'r', needsHost: false, handle },
});

const writing = (method: string, path: string, handle: MachineRoute['handle']): MachineRoute => ({
  ...{ scope: 'machine', method, path },
  action: ({ metadataAction }: Settings) => metadataAction,
  handle: (context) => leased(context) ?? handle(context),
});

/** A machine's metadata. Writing it changes neither the machine's state nor its version. */
export const METADATA_ROUTES: readonly MachineRoute[] = [
  reading(ALL, ({ machine }) => json(200, machine.config.metadata ?? {})),
  reading(ONE, show),
  writing('POST', ONE, set),
  writing('DELETE', ONE, (context) => write(context, { [keyOf(context)]: '' })),
  writing('PATCH', ALL, setMany),
  writing('PUT', ALL, setMany),
];

function leased({ world, machine, headers }: MachineContext): Answer | undefined {
  return world.settings.metadataLease === 'respected' ? foreignLease(world, machine, headers) : undefined;
}

function keyOf({ params }: MachineContext): string {
  return params['key'] ?? '';
}

function show(context: MachineContext): Answer {
  const value = context.machine.config.metadata?.[keyOf(context)];
  return value === undefined ? refusal(404, 'not_found: metadata key not found') : json(200, { value });
}

function set(context: MachineContext): Answer {
  const { value } = fieldsOf(context.body);
  if (typeof value !== 'string') return refusal(400, 'invalid value: a string is needed');
  return write(context, { [keyOf(context)]: value });
}

function setMany(context: MachineContext): Answer {
  const { metadata, machine_version: version } = fieldsOf(context.body);
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    return refusal(400, 'invalid metadata: an object is needed');
  const values: Record<string, unknown> = { ...metadata };
  if (!Object.values(values).every((value) => typeof value === 'string' || value === null))
    return refusal(400, 'invalid metadata: its values are strings or null');
  if (version !== undefined && version !== context.machine.instanceId)
    return refusal(412, 'failed_precondition: machine_version does not match the current version');
  // Each was found to be one or the other.
  return write(context, values as Record<string, string | null>);
}

/** An empty text, or null, removes a key. */
function write({ machine }: MachineContext, values: Readonly<Record<string, string | null>>): Answer {
  const all = new Map(Object.entries(machine.config.metadata ?? {}));
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === '') all.delete(key);
    else all.set(key, value);
  }
  machine.config = { ...machine.config, metadata: Object.fromEntries(all) };
  return { status: 204, headers: {}, body: '' };
}

/** The fields of a body that is an object; none of any other. */
function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return {};
  }
  return typeof given === 'object' && given !== null ? { ...given } : {};
}
