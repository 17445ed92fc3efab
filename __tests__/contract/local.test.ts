import { readLocalPage } from '../../interop/workflows/local/local-page.js';
import { REPOSITORY } from '../../scripts/repository.js';

describe('when a person copies the commands of docs/local.md', () => {
  const { act, emulator, tries } = readLocalPage();

  it('act gets each variable with its value, which it would empty otherwise', () => {
    const given = [...act.matchAll(/--(?:env|secret) (\S+)/g)].map(([, pair]) => pair);
    expect(given).toHaveLength(2);
    for (const pair of given) expect(pair).toMatch(/^\w+="\$\w+"$/);
  });

  it('act takes this clone in place of what is published', () => {
    expect(act).toContain(`--local-repository ${REPOSITORY}@v1="$PWD"`);
  });

  it('a workflow is tried in one line', () => {
    expect(tries.length).toBeGreaterThan(1);
    expect(emulator).toContain('--app');
  });

  it('a page without them is found out', () => {
    expect(() => readLocalPage('```sh\nnpm run emulator\n```\n')).toThrow(
      'has no command that begins with act',
    );
  });
});
