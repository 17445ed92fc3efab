import type { Fly } from '../fly.js';
import type { AppSpec } from '../machines/build.js';

/** Returns the lines that show apps and their machines as they are now. */
export function appLines(fly: Fly, apps: readonly AppSpec[]): string[] {
  return apps.flatMap(({ name }) => [
    `app ${name}`,
    ...fly.machines(name).map((machine) => {
      const group = machine.config.metadata?.['fly_process_group'];
      return `  ${machine.id} ${machine.name} ${group} ${machine.region} ${machine.state}`;
    }),
  ]);
}
