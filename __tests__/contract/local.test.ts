import { readFileSync } from 'node:fs';

const page = readFileSync('docs/local.md', 'utf8');

it('hands each variable to act with its value, which act would empty otherwise, and itself instead of what is published', () => {
  const [line = ''] = /`act -P [^`]*`/.exec(page) ?? [];
  expect(line).toContain('--local-repository OWNER/fly-machines-action@v1=');
  const given = [...line.matchAll(/--(?:env|secret) (\S+)/g)].map(([, pair = '']) => pair.replace(/`$/, ''));
  expect(given).toHaveLength(2);
  for (const pair of given) expect(pair).toMatch(/^\w+="\$\w+"$/);
});
