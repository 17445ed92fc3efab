import { type Answer, json, refusal } from '../http.js';
import { refuseForeignLease } from '../machines/lease.js';
import { type MetadataChange, writeMetadata } from '../machines/metadata.js';
import type { Settings } from '../settings.js';
import type { MachineContext, MachineRoute } from './route.js';

const ALL = '/v1/apps/:app/machines/:machine/metadata';
const ONE = `${ALL}/:key`;

const readingRoute = (path: string, handle: MachineRoute['handle']): MachineRoute => ({
  scope: 'machine',
  method: 'GET',
  path,
  action: 'r',
  needsHost: false,
  handle,
});

const writingRoute = (method: string, path: string, handle: MachineRoute['handle']): MachineRoute => ({
  scope: 'machine',
  method,
  path,
  action: ({ metadataAction }: Settings) => metadataAction,
  handle: (context) => refuseLeased(context) ?? handle(context),
});

/** Routes of a machine's metadata. Writing it changes neither state nor version. */
export const METADATA_ROUTES: readonly MachineRoute[] = [
  readingRoute(ALL, ({ machine }) => json(200, machine.config.metadata ?? {})),
  readingRoute(ONE, show),
  writingRoute('POST', ONE, set),
  writingRoute('DELETE', ONE, (context) => write(context, { [keyOf(context)]: '' })),
  writingRoute('PATCH', ALL, setMany),
  writingRoute('PUT', ALL, setMany),
];

function refuseLeased({ world, machine, headers }: MachineContext): Answer | undefined {
  return world.settings.metadataLease === 'respected'
    ? refuseForeignLease(world, machine, headers)
    : undefined;
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
  // The cast is safe: each value is a string or null, as checked above.
  return write(context, values as MetadataChange);
}

function write({ world, machine, cause }: MachineContext, change: MetadataChange): Answer {
  writeMetadata(world, machine, change, cause);
  return { status: 204, headers: {}, body: '' };
}

/** Reads the fields of a body that is an object; any other body has none. */
function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return {};
  }
  return typeof given === 'object' && given !== null ? { ...given } : {};
}
