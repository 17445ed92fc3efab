import { readFileSync } from 'node:fs';
import { ERROR_CLASSES } from '../../src/errors.js';

const readme = readFileSync('README.md', 'utf8');

it('every class of error has a line in the README that says what to do', () => {
  const missing = ERROR_CLASSES.filter((it) => !readme.includes(`| \`${it}:\``));
  expect(missing).toEqual([]);
});

it('names the two commands that show and prove it', () => {
  expect(readme).toContain('npm ci && npm run demo');
  expect(readme).toContain('npm ci && npm test');
});

it('hands each variable to act with its value, which act would empty otherwise, and itself instead of what is published', () => {
  const [line = ''] = /`act -P [^`]*`/.exec(readme) ?? [];
  expect(line).toContain('--local-repository OWNER/fly-machines-action@v1=');
  const given = [...line.matchAll(/--(?:env|secret) (\S+)/g)].map(([, pair = '']) => pair.replace(/`$/, ''));
  expect(given).toHaveLength(2);
  for (const pair of given) expect(pair).toMatch(/^\w+="\$\w+"$/);
});
