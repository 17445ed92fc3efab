import type { Fly } from '../../../emulator/fly.js';
import type { AppSpec } from '../../../emulator/machines/build.js';

/** Numbers of changes, by a few words each. */
export interface FlyChanges {
  /** Requests that changed something: `my-app POST start: 2`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Machines whose state changed: `my-app worker stopped → started: 1`. */
  readonly moved: Readonly<Record<string, number>>;
}

/** Notes the states of all machines, and returns a function that compares with them and counts the changes. */
export function watchChanges(fly: Fly, apps: readonly AppSpec[]): () => FlyChanges {
  const before = stateById(fly, apps);
  return () => ({
    requests: counted(changingRequests(fly)),
    moved: counted(moves(before, stateById(fly, apps))),
  });
}

function changingRequests({ requests }: Fly): readonly string[] {
  const changing = requests.filter(({ method, status = 0 }) => method !== 'GET' && status < 300);
  return changing.flatMap(({ method, path }) => {
    const { app, verb } =
      /^\/v1\/apps\/(?<app>[^/]+)\/machines\/[^/]+\/(?<verb>[a-z]+)/.exec(path)?.groups ?? {};
    return verb === undefined ? [] : `${app} ${method} ${verb}`;
  });
}

/** Returns app with process group, and state, by machine id. */
function stateById(fly: Fly, apps: readonly AppSpec[]): ReadonlyMap<string, readonly [string, string]> {
  return new Map(
    apps.flatMap(({ name }) =>
      fly.machines(name).map(({ id, state, config }) => {
        const group = config.metadata?.['fly_process_group'];
        return [id, [`${name} ${group}`, state]] as const;
      }),
    ),
  );
}

function moves(before: ReturnType<typeof stateById>, after: ReturnType<typeof stateById>): readonly string[] {
  return [...after].flatMap(([id, [where, state]]) => {
    const was = before.get(id)?.[1];
    return was === state ? [] : `${where} ${was} → ${state}`;
  });
}

function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const it of words) counts[it] = (counts[it] ?? 0) + 1;
  return counts;
}
