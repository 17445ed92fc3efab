import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folder of the pages, where their packages are found. */
const FOLDER = join('gallery', 'out');

/** Writes a job summary into a file and returns its path. */
export function writeSummary(markdown: string): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = resolve(FOLDER, 'try.md');
  writeFileSync(path, markdown);
  return path;
}

/** Opens a job summary in the browser, rendered as GitHub does. Returns the path of the page. */
export async function openSummary(title: string, markdown: string): Promise<string> {
  const { installPackages } = await import('../gallery/install.js');
  installPackages();
  // What renders imports the packages, which may have been installed just now.
  const { renderMarkdown } = await import('../gallery/render/markdown.js');
  const { pageOf } = await import('../gallery/render/page.js');
  const path = resolve(FOLDER, 'try.html');
  writeFileSync(path, pageOf({ name: title, says: title }, renderMarkdown(markdown).page));
  openInBrowser(path);
  return path;
}

function openInBrowser(path: string): void {
  const [program, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[
    String(process.platform)
  ] ?? ['xdg-open'];
  const child = spawn(program ?? 'xdg-open', [...args, path], { detached: true, stdio: 'ignore' });
  child.on('error', () => console.log('No browser was found; open the page yourself.'));
  child.unref();
}
