import { parseAction } from '../../src/macaroon/action-mask.js';
import { authorize, type Caller } from '../auth.js';
import type { Machine } from '../machines/machine.js';
import { settle } from '../machines/transitions.js';
import type { App, World } from '../world.js';
import { appObject } from './app-object.js';
import { GraphqlError } from './graphql-error.js';
import type { GraphqlObject } from './select-fields.js';

/** Where every query starts: the apps and machines that the caller may read. What it may not is not there for it. */
export function queryObject(world: World, caller: Caller): GraphqlObject {
  const mayRead = ({ organization, numericId }: App, machine?: string): boolean => {
    const access = {
      action: parseAction('r'),
      now: Math.floor(world.clock.now() / 1_000),
      orgId: organization.id,
      appId: numericId,
      ...(machine === undefined ? {} : { machine }),
    };
    return 'uuid' in authorize(world, caller, access);
  };
  return {
    type: 'Queries',
    fields: {
      app({ name }) {
        const app = world.apps.get(String(name));
        if (app === undefined || !mayRead(app)) throw notFound('App', name);
        return appObject(app);
      },
      machine({ machineId }) {
        const id = String(machineId);
        for (const app of world.apps.values()) {
          const machine = app.machines.get(id);
          if (machine !== undefined && mayRead(app, id)) return machineObject(world, app, machine);
        }
        throw notFound('Machine', machineId);
      },
    },
  };
}

/** A machine as the GraphQL API knows it: what tells the CLI which app it belongs to. */
function machineObject({ clock }: World, app: App, machine: Machine): GraphqlObject {
  settle(machine, clock.now());
  return {
    type: 'Machine',
    fields: {
      id: () => machine.id,
      name: () => machine.name,
      region: () => machine.region,
      state: () => machine.state,
      app: () => appObject(app),
    },
  };
}

function notFound(type: string, name: unknown): GraphqlError {
  return new GraphqlError(`Could not find ${type} ${JSON.stringify(name)}`, 'NOT_FOUND');
}
