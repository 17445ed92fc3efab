import purify from 'dompurify';
import { drawingsOf } from './drawings.js';
import type { PageNode } from './node.js';

/** Returns what mermaid says against the drawings of a page; nothing if it can draw them all. */
export async function mermaidErrors(page: PageNode): Promise<string[]> {
  const drawings = drawingsOf(page);
  if (drawings.length === 0) return [];
  // Loading it takes longer than all the rest of most pages.
  const { default: mermaid } = await import('mermaid');
  const errors: string[] = [];
  for (const text of drawings) {
    try {
      // Parsing also makes the kind of drawing known, without which there is no diagram.
      await mermaid.parse(text);
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
      // A gantt reads its times only when it is asked for its tasks.
      db.getTasks?.();
    } catch (thrown) {
      errors.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return errors;
}

// Mermaid cleans texts for a browser's page while it parses; outside of a browser, its cleaner has no such functions.
Object.assign(purify, { addHook: () => undefined, sanitize: (text: string) => text });
