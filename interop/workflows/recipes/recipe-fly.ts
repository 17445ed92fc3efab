import { systemClock } from '../../../emulator/clock.js';
import { createFly, type Fly } from '../../../emulator/fly.js';
import type { AppSpec } from '../../../emulator/machines/build.js';
import { systemRandom } from '../../../emulator/random.js';
import { serve } from '../../../emulator/server.js';
import { APPS, BEGIN } from './fleet.js';
import { type FlyChanges, watchChanges } from './fly-changes.js';
import { serveLoopback } from './loopback-server.js';

/** A Fly for one run of a recipe, and the variables that lead the run to it. */
export interface RecipeFly {
  readonly fly: Fly;
  /** Returns the changes so far. */
  changes(): FlyChanges;
  /** Returns what was posted so far to others than Fly: path and body. */
  said(): readonly string[];
  readonly url: string;
  /** Address of an app, which answers each request well. */
  readonly appUrl: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Settings of the emulated Fly. */
export type FlySettings = NonNullable<Parameters<typeof createFly>[0]['settings']>;

const SETTINGS: FlySettings = {
  bootMs: 10,
  stopMs: 10,
  suspendMs: 10,
  metricsAccess: 'allowed',
  own: { credential: 'oidc' },
};

/**
 * Starts the Fly in this process, at the time that the fleet is made for. Default: the apps of the recipes; `settings`
 * take the place of those of the same name.
 */
export async function startRecipeFly(
  apps: readonly AppSpec[] = APPS,
  settings: FlySettings = {},
): Promise<RecipeFly> {
  const shift = BEGIN - systemClock.now();
  const clock = { ...systemClock, now: () => systemClock.now() + shift };
  const fly = createFly({ clock, random: systemRandom, apps, settings: { ...SETTINGS, ...settings } });
  const app = await serveLoopback();
  const server = await serve(fly, { onError: (error) => console.error(error) });
  const changes = watchChanges(fly, apps);
  return {
    fly,
    said: app.said,
    changes,
    url: server.url,
    appUrl: app.url,
    // act has no OIDC of its own.
    env: { FLY_FLAPS_BASE_URL: server.url, ...fly.github, GH_STAND_IN_URL: `${app.url}/gh` },
    secrets: {
      FLY_DEPLOY_TOKEN: fly.mintToken({ app: 'my-app', actions: 'rC' }),
      FLY_ORG_TOKEN: fly.mintToken(),
      FLY_CAVEATED_TOKEN: fly.mintToken({ app: 'my-app', actions: 'rC', thirdParty: ['aaa', 'own'] }),
      FLY_APPROVAL_TOKEN: fly.mintToken({ app: 'my-app', actions: 'rC', thirdParty: ['aaa', 'own'] }),
      FLY_READONLY_TOKEN: fly.mintToken({ actions: 'r' }),
      SLACK_WEBHOOK_URL: `${app.url}/slack`,
      GITHUB_TOKEN: 'token-of-the-job',
    },
    close: async () => {
      app.close();
      await server.close();
    },
  };
}
