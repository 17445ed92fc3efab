import { GraphQLError } from 'graphql';
import { parseAction } from '../../src/macaroon/action-mask.js';
import { authorize, type Caller } from '../access/auth.js';
import { settle } from '../machines/transitions.js';
import type { App, World } from '../world.js';
import { appObject } from './app-object.js';

/** Returns the resolvers of the schema. An app or machine that the caller may not read is not found. */
export function queries(world: World, caller: Caller) {
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
    app({ name }: { readonly name: string }) {
      const app = world.apps.get(name);
      if (app === undefined || !mayRead(app)) throw notFound('App', name);
      return appObject(app);
    },
    machine({ machineId }: { readonly machineId: string }) {
      for (const app of world.apps.values()) {
        const machine = app.machines.get(machineId);
        if (machine === undefined || !mayRead(app, machineId)) continue;
        settle(machine, world.clock.now());
        return { ...machine, app: appObject(app) };
      }
      throw notFound('Machine', machineId);
    },
  };
}

function notFound(type: string, name: string): GraphQLError {
  const message = `Could not find ${type} ${JSON.stringify(name)}`;
  return new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });
}
