import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page of the documentation. */
export interface Page {
  readonly path: string;
  readonly text: string;
  /** The text without its blocks of code. */
  readonly prose: string;
}

/** Folders whose pages are other people's, or made by a run. */
const FOREIGN: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist', 'out']);

/** Returns all pages of the repository, in the order of their paths. */
export function allPages(folder = '.'): Page[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return FOREIGN.has(entry.name) ? [] : allPages(path);
    return entry.name.endsWith('.md') ? [pageAt(path)] : [];
  });
}

/** Reads one page. */
export function pageAt(path: string): Page {
  const text = readFileSync(path, 'utf8');
  return { path, text, prose: text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '') };
}

/** Returns where the links and pictures of a page lead to, as they are written. */
export function linksOf({ prose }: Page): string[] {
  const bare = prose.replaceAll(/`[^`\n]*`/g, 'code');
  const links = [...bare.matchAll(/\]\(([^)\s]+)\)/g), ...bare.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)];
  return links.map(([, target = '']) => target);
}

/** Returns the anchors that GitHub gives the headings of a page, and those that the page sets itself. */
export function anchorsOf({ prose }: Page): Set<string> {
  const anchors = new Set([...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id));
  const seen = new Map<string, number>();
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}

/** Makes an anchor of a heading as GitHub does: small letters, hyphens for blanks, no other signs. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

/** Returns the cells of the first column of all tables of a page, heads left out. */
export function firstColumn({ prose }: Page): string[] {
  const lines = prose.split('\n');
  return lines.flatMap((line, index) => {
    const isHead = lines[index + 1]?.startsWith('| ---') ?? false;
    return !line.startsWith('| ') || line.startsWith('| ---') || isHead
      ? []
      : [line.split(' | ')[0]?.slice(2) ?? ''];
  });
}
