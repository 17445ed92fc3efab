/** Reference to one machine of one app. */
export interface MachineRef {
  readonly app: string;
  readonly id: string;
}

/** Returns the path of a machine below `/v1/`, with its names encoded. */
export function machinePath({ app, id }: MachineRef): string {
  return `${machinesPath(app)}/${encodeURIComponent(id)}`;
}

/** Returns the path of an app's machines below `/v1/`. */
export function machinesPath(app: string): string {
  return `apps/${encodeURIComponent(app)}/machines`;
}

/** Returns a key that identifies a machine among those of all apps. */
export function keyOf({ app, id }: MachineRef): string {
  return `${app}/${id}`;
}
