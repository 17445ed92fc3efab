import type { AppMachine } from '../../src/commands/result/app-machine.js';
import type { Selector } from '../../src/commands/selection/selector.js';

/** A machine as it was listed: started, of the group `app`, in `fra`. */
export function appMachine(id: string, changes: Partial<AppMachine> = {}): AppMachine {
  return {
    app: 'my-app',
    id,
    name: `name-${id}`,
    state: 'started',
    region: 'fra',
    privateIp: 'fdaa::1',
    instanceId: `01V${id}`,
    processGroup: 'app',
    metadata: {},
    isStandby: false,
    autoDestroy: false,
    schedule: undefined,
    killTimeout: undefined,
    isOneShot: false,
    hostStatus: 'ok',
    cordoned: false,
    autostop: false,
    autostart: false,
    checks: [],
    configuredChecks: { names: [], ofServices: 0 },
    containers: [],
    checksTake: 0,
    checkedContainers: [],
    containerNames: [],
    size: 'shared-cpu-1x 256 MB',
    newestEvent: undefined,
    newestStart: undefined,
    events: [],
    updatedAt: undefined,
    isPostgres: false,
    holder: undefined,
    seenAt: 0,
    ...changes,
  };
}

/** A selector that chooses nothing by itself. */
export function selector(changes: Partial<Selector> = {}): Selector {
  return {
    machines: 'auto',
    region: undefined,
    processGroup: undefined,
    state: undefined,
    metadata: undefined,
    exclude: undefined,
    allowEmpty: false,
    ...changes,
  };
}
