import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ownerSentence, REPOSITORY } from '../../scripts/repository.js';
import { ERROR_CLASSES } from '../../src/errors.js';
import { REFUSALS } from '../../src/machines/api/refusal-table.js';
import { flyLines, strangeIn } from '../support/docs/flyctl.js';
import { allPages, anchorsOf, firstColumn, linksOf, pageAt } from '../support/docs/markdown.js';

const pages = allPages();
const readme = pageAt('README.md');
/** Most bytes of the README: what a person reads before trying. */
const MOST_BYTES = 12 * 1024;

const isOutside = (target: string) => /^[a-z]+:/.test(target);

describe.each(pages.map((page) => [page.path, page] as const))('when a person reads %s', (path, page) => {
  it('each link leads to a file that is there, and to a heading of it', () => {
    const dead = linksOf(page).filter((target) => {
      if (isOutside(target)) return false;
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : normalize(join(dirname(path), decodeURI(file)));
      if (!existsSync(to)) return true;
      return anchor !== undefined && (!to.endsWith('.md') || !anchorsOf(pageAt(to)).has(anchor));
    });
    expect(dead).toEqual([]);
  });

  it('each path of the repository that it names is there', () => {
    const folders = readdirSync('.').filter((name) => statSync(name).isDirectory());
    const named = [...page.prose.matchAll(/`(\.?[\w-]+)(\/[\w./-]*)`/g)].filter(
      ([, first = '']) => folders.includes(first) && !first.startsWith('.git'),
    );
    expect(named.map(([, first, rest]) => `${first}${rest}`).filter((it) => !existsSync(it))).toEqual([]);
  });

  it('it says who acts, rather than that somebody does', () => {
    expect(page.prose.match(/\b(somebody|whoever|anybody)\b.*/gi) ?? []).toEqual([]);
  });

  it("each command of Fly's CLI that it names is one that we know to be there", () => {
    expect(flyLines(page.text).flatMap(strangeIn)).toEqual([]);
  });

  it('each command that makes a token says when that ends, since Fly gives it twenty years otherwise', () => {
    const made = flyLines(page.text).filter((line) => / tokens create \S+ .*-[ao] /.test(line));
    expect(made.filter((line) => !/ -x \d+h\b/.test(line))).toEqual([]);
  });

  it('each script of npm that it names is there', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    // Within workflows stand scripts of the reader's own repository.
    const ours = page.text.replaceAll(/^( *)```yaml$[\s\S]*?^\1```$/gm, '');
    const named = [...ours.matchAll(/npm run ([\w-]+(?::[\w-]+)*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('when a person opens the repository', () => {
  it('finds a README that is read in a minute', () => {
    expect(Buffer.byteLength(readme.text)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('finds the two commands that show and prove it', () => {
    expect(readme.text).toContain('npm ci && npm run demo');
    expect(readme.text).toContain('npm ci && npm test');
  });

  it('learns what `@v1` is, and what to write for the owner, before it copies a workflow that has them', () => {
    const first = readme.text.indexOf(`uses: ${REPOSITORY}`);
    const told = ['`@v1` gets each fix', ownerSentence(REPOSITORY)].map((it) => readme.text.indexOf(it));
    expect(Math.min(...told)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...told)).toBeLessThan(first);
  });

  it('makes the token before it meets a workflow that needs it', () => {
    const made = readme.text.indexOf('fly tokens create deploy');
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(readme.text.indexOf('secrets.'));
  });

  it('finds each page by the index of its folder', () => {
    const index = linksOf(pageAt('docs/README.md'));
    const alone = readdirSync('docs').filter((name) => name.endsWith('.md') && !index.includes(name));
    expect(alone).toEqual(['README.md']);
  });
});

describe('when a person looks an error up in docs/troubleshooting.md', () => {
  const page = pageAt('docs/troubleshooting.md');
  const code = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join('src', path), 'utf8').replaceAll('\\`', '`'))
    .join('\n');
  /** Texts of errors, cut where they hold something of the case, which the page writes as `…`. */
  const textsIn = (prose: string) =>
    firstColumn({ ...page, prose })
      .flatMap((cell) => [...cell.matchAll(/``? ?(.+?) ?``?(?=$|,| |\))/g)].map(([, text = '']) => text))
      .flatMap((text) => text.split('…'))
      .map((text) => text.trim())
      .filter((text) => text !== '');
  const texts = textsIn(page.prose);

  it.each(ERROR_CLASSES)('finds %s by its anchor', (errorClass) => {
    expect(anchorsOf(page)).toContain(errorClass.toLowerCase().replaceAll(' ', '-'));
  });

  it('finds texts that the code has', () => {
    expect(texts.length).toBeGreaterThan(40);
    expect(texts.filter((text) => !code.includes(text))).toEqual([]);
  });

  it.each(REFUSALS)('finds words of the refusal "$name" below its class', ({ class: errorClass, hint }) => {
    const [, section = ''] = page.prose.split(new RegExp(`^## ${errorClass}$`, 'm'));
    expect(textsIn(section.split(/^## /m)[0] ?? '').filter((text) => hint.includes(text))).not.toEqual([]);
  });
});

describe("when an error sends a person to Fly's CLI", () => {
  it('each command is one that we know to be there', () => {
    const code = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => flyLines(readFileSync(join('src', path), 'utf8')));
    expect(code.length).toBeGreaterThan(20);
    expect(code.flatMap(strangeIn)).toEqual([]);
  });
});
