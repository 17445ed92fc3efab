/**
 * Action that a client wants to take, and its object. An organization is always named; the rest goes down from it: app,
 * feature or storage object; then machine, volume or app feature; then command or machine feature.
 * (superfly/macaroon: flyio/access.go)
 */
export interface Access {
  /** Bit mask; see `parseAction`. */
  readonly action: number;
  /** Unix seconds. */
  readonly now: number;
  readonly orgId?: bigint;
  readonly appId?: bigint;
  readonly feature?: string;
  readonly storageObject?: string;
  readonly machine?: string;
  readonly volume?: string;
  readonly appFeature?: string;
  readonly command?: readonly string[];
  readonly machineFeature?: string;
  readonly mutation?: string;
  readonly cluster?: string;
  readonly sourceMachine?: string;
  readonly sourceApp?: string;
  readonly sourceOrganization?: string;
}

/** Tells why an access makes no sense, whatever it is checked against; undefined when it does. */
export function invalidity(access: Access): string | undefined {
  if (access.orgId === undefined) return 'the access names no organization';
  const inOrg = [access.appId, access.feature, access.storageObject].filter((it) => it !== undefined);
  const inApp = [access.machine, access.volume, access.appFeature].filter((it) => it !== undefined);
  const inMachine = [access.command, access.machineFeature].filter((it) => it !== undefined);
  if (inOrg.length > 1 || inApp.length > 1 || inMachine.length > 1)
    return 'the access names two things of one level';
  if (inApp.length > 0 && access.appId === undefined)
    return 'the access names a part of an app without the app';
  if (inMachine.length > 0 && access.machine === undefined)
    return 'the access names a part of a machine without it';
  if (access.cluster !== undefined && access.feature !== 'litefs-cloud')
    return 'clusters need the feature litefs-cloud';
  return undefined;
}
