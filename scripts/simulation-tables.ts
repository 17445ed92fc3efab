import { CHECKS } from '../simulate/checks/all.js';
import { FORTNIGHT_CHECKS } from '../simulate/fortnight/judge/all.js';
import { MUTATIONS } from '../simulate/mutations/list/list.js';
import { FAULTS } from '../simulate/weather/faults.js';
import { markdownTable, renewMarked } from './marked-table.js';

/** Renews the tables of the page about the simulation. Throws when a marker is missing. */
export function renewSimulation(page: string): string {
  const tables = new Map([
    [
      'checks',
      markdownTable(
        ['check', 'promise'],
        CHECKS.map(({ name, promise }) => [name, promise]),
      ),
    ],
    [
      'fortnight-checks',
      markdownTable(
        ['check', 'promise'],
        FORTNIGHT_CHECKS.map(({ name, promise }) => [name, promise]),
      ),
    ],
    [
      'mutations',
      markdownTable(
        ['mistake', 'file', 'so that'],
        MUTATIONS.map(({ name, file, tells, isOpen }) => [
          `\`${name}\``,
          `\`${file}\``,
          isOpen ? `${tells} (Not found yet.)` : tells,
        ]),
      ),
    ],
    [
      'faults',
      Object.keys(FAULTS)
        .map((name) => `\`${name}\``)
        .join(', '),
    ],
  ]);
  let text = page;
  for (const [name, content] of tables) text = renewMarked(text, name, 'npm run generate', content);
  return text;
}
