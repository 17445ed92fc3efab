/** One machine of one app. */
export interface MachineRef {
  readonly app: string;
  readonly id: string;
}

/** The path of a machine below `/v1/`, whatever is in its names. */
export function machinePath({ app, id }: MachineRef): string {
  return `${machinesPath(app)}/${encodeURIComponent(id)}`;
}

/** The path of an app's machines. */
export function machinesPath(app: string): string {
  return `apps/${encodeURIComponent(app)}/machines`;
}

/** What a machine is found by among those of all apps. */
export function keyOf({ app, id }: MachineRef): string {
  return `${app}/${id}`;
}
