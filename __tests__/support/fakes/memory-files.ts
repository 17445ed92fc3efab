import type { Files } from '../../../src/files/files.js';

/** Files that are nowhere but here, by name. */
export interface MemoryFiles extends Files {
  readonly texts: Map<string, string>;
}

/** Creates an empty folder in memory. */
export function filesInMemory(): MemoryFiles {
  const texts = new Map<string, string>();
  return {
    texts,
    path: (name) => `memory:/${name}`,
    read: (name) => {
      const text = texts.get(name);
      return text === undefined ? {} : { text };
    },
    write: (name, text) => void texts.set(name, [...text].join('')),
    append(name, text, { isNew } = { isNew: false }) {
      if (texts.has(name) === isNew) throw new Error(`${isNew ? 'EEXIST' : 'ENOENT'}: ${name}`);
      texts.set(name, (texts.get(name) ?? '') + text);
    },
    names: () => [...texts.keys()],
    remove(name) {
      for (const it of texts.keys()) if (it === name || it.startsWith(`${name}.`)) texts.delete(it);
    },
  };
}
