import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { goBinary } from '../go.js';
import { record } from '../record.js';

interface Fixture {
  readonly made: string;
  readonly with: string;
  readonly tokens: readonly object[];
  readonly bundles: readonly object[];
}

// Built from empty caches where the run before it didn't.
jest.setTimeout(300_000);

it('prints the checked-in golden vectors, byte for byte and every time', () => {
  const binary = goBinary('golden');
  const runs = [1, 2].map(() => execFileSync(binary, { encoding: 'utf8' }));
  const checkedIn = readFileSync('__tests__/fixtures/macaroons.json', 'utf8');
  for (const printed of runs) expect(printed).toBe(checkedIn);
  const fixture = JSON.parse(checkedIn) as Fixture; // As the command writes it.
  expect(fixture.made).toBe('go run -C interop ./golden > __tests__/fixtures/macaroons.json');
  record({
    compared: 'golden vectors, as the unit tests read them',
    against: fixture.with.replace('github.com/', ''),
    cases: fixture.tokens.length + fixture.bundles.length,
    result: 'agree',
  });
});
