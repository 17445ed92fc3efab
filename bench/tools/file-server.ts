import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './node-binary.js';

/** A server that costs next to nothing, in a process of its own. */
export interface FileServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves one file as the answer to every request. */
export async function serveFile(file: string): Promise<FileServer> {
  const script = join(ROOT, 'bench', 'scripts', 'serve-file.cjs');
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const ready = once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => String(text).trim());
  const url = await Promise.race([ready, ended.then(() => undefined)]);
  if (url === undefined) throw new Error('The file server ended before it was ready.');
  return {
    url,
    async close() {
      child.kill();
      await ended;
    },
  };
}
