import { existsSync } from 'node:fs';
import pLimit from 'p-limit';
import { NODE_24 } from '../../../runner/node-24.js';
import { describeWhere, type Facility } from '../where.js';
import { openScenario, type Scenario, type ScenarioOptions } from './scenario.js';

/** Cases of a table that are under way at once: enough to fill the time in which they wait, too few to slow each other down. */
const AT_ONCE = 4;

interface Node {
  readonly name: string;
  readonly binary: string;
}

/** The Nodes that the bundle must run on: the one that runs the tests, and the one that `using: node24` names. */
const OURS: Node = { name: `Node ${process.versions.node}`, binary: process.execPath };
const GITHUBS: Node = { name: 'Node 24 as GitHub runs it', binary: NODE_24 };
export const NODES = [OURS, GITHUBS];

export type Open = (options?: ScenarioOptions) => Promise<Scenario>;

/**
 * Describes a theme on one Node: GitHub's, or where its binary isn't installed the one that runs the tests. Most scenarios
 * ask what the action does, and no Node answers that otherwise. What a Node could do in its own way is tried on each:
 * see `onEachNode`.
 */
export function onOneNode(theme: string, scenarios: (open: Open) => void): void {
  describeOn(existsSync(GITHUBS.binary) ? GITHUBS : OURS, theme, scenarios);
}

/**
 * Describes a theme once for each Node, for what Node itself has a hand in: each entry point and its post, what
 * connections and proxies do, signals, closed pipes, and errors that nobody catches. Where the binary of Node 24 isn't
 * installed its scenarios show as skipped.
 */
export function onEachNode(theme: string, scenarios: (open: Open) => void): void {
  for (const node of NODES) describeOn(node, theme, scenarios);
}

/** Describes a theme on one Node. What was opened is closed after the theme's last scenario. */
function describeOn({ name, binary }: Node, theme: string, scenarios: (open: Open) => void): void {
  const node: Facility = { isHere: () => existsSync(binary), lack: `no ${name}` };
  describeWhere(node)(`${theme}, on ${name} with the committed bundle`, () => {
    const open: Scenario[] = [];
    afterAll(async () => {
      for (const scenario of open.splice(0)) await scenario.close();
    });
    scenarios(async (options) => {
      const scenario = await openScenario(binary, options);
      open.push(scenario);
      return scenario;
    });
  });
}

/**
 * Begins all cases of a table before the first of them is looked at, a few at once, for cases that mostly wait. What it
 * returns gives the outcome of one.
 */
export function sideBySide<C, R>(cases: readonly C[], run: (it: C) => Promise<R>): (it: C) => Promise<R> {
  const outcomes = new Map<C, Promise<R>>();
  const limit = pLimit(AT_ONCE);
  beforeAll(() => {
    for (const it of cases) {
      const outcome = limit(() => run(it));
      // Whoever looks at the case hears of its failure; until then nobody does.
      outcome.catch(() => undefined);
      outcomes.set(it, outcome);
    }
  });
  return (it) => outcomes.get(it) ?? Promise.reject(new Error('this case is not in the table'));
}
