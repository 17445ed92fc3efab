import type { Cause } from '../happening.js';
import type { World } from '../world.js';
import type { Machine } from './machine.js';
import { addEvent } from './transitions.js';

/** Values to write into metadata by key; an empty text or null removes a key. */
export type MetadataChange = Readonly<Record<string, string | null>>;

/**
 * Writes metadata, key by key. It changes neither state nor version, and shows in times and events as the setting
 * has it, even where it changes no value.
 */
export function writeMetadata(world: World, machine: Machine, change: MetadataChange, cause: Cause): void {
  const all = new Map(Object.entries(machine.config.metadata ?? {}));
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === '') all.delete(key);
    else all.set(key, value);
  }
  setMetadata(world, machine, Object.fromEntries(all), cause);
  showWrite(world, machine);
}

/** Leaves behind what the setting says. An event would most likely be of the type that a change of config has. */
function showWrite(world: World, machine: Machine): void {
  const { metadataWrite } = world.settings;
  if (metadataWrite === 'silent') return;
  const now = world.clock.now();
  machine.writtenAt = now;
  if (metadataWrite === 'event') addEvent(world, machine, now, { type: 'update', source: 'user' });
}

/** Puts other metadata in place of all that a machine has. */
export function setMetadata(
  world: World,
  machine: Machine,
  after: Readonly<Record<string, string>>,
  cause: Cause,
): void {
  const before = machine.config.metadata ?? {};
  machine.config = { ...machine.config, metadata: after };
  if (world.tell === undefined) return;
  const common = {
    kind: 'metadata',
    at: world.clock.now(),
    app: machine.app,
    machine: machine.id,
    cause,
  } as const;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[key] !== after[key]) world.tell({ ...common, key, before: before[key], after: after[key] });
  }
}
