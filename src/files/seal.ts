import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Files, PrivateRead } from './files.js';

/** Length of the tag in a name, in hexadecimal digits. */
const TAG_LENGTH = 10;

/** Signs texts for others who know the same key, so that they take no other text for ours. */
export class Seal {
  readonly #key: string;
  readonly #names = new Map<string, string>();

  constructor(key: string) {
    this.#key = key;
  }

  /** Stands in names of files that are signed by it; tells nothing of the key. */
  get tag(): string {
    return this.name('tag').slice(0, TAG_LENGTH);
  }

  /** Returns 32 hexadecimal digits that can't be worked out without the key. */
  name(what: string): string {
    const name = this.#names.get(what) ?? this.#mac(`name ${what}`);
    this.#names.set(what, name);
    return name;
  }

  /** The text, signed as what it is for: under another `purpose` it isn't taken. */
  sealed(purpose: string, text: string): string {
    return `${this.#mac(`text ${purpose}\n${text}`)} ${text}`;
  }

  /** Returns the text that was sealed for the purpose; undefined for anything else. */
  opened(purpose: string, sealed: string): string | undefined {
    const text = sealed.slice(sealed.indexOf(' ') + 1);
    const [given, expected] = [sealed, this.sealed(purpose, text)].map((it) => Buffer.from(it));
    if (given === undefined || given.length !== expected?.length) return undefined;
    return timingSafeEqual(given, expected) ? text : undefined;
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex').slice(0, 32);
  }
}

/** Form of a signed text: the signature is a property behind all others, so that the text stays JSON. */
const SIGNED_TEXT = /^(\{.*),"mac":"([0-9a-f]{32})"\}$/s;

/** Returns files that hold JSON objects, each signed: under another name, or changed, it isn't taken. Files that grow by `append` are not signed. */
export function sealedFiles(files: Files, seal: Seal): Files {
  return {
    path: (name) => files.path(name),
    names: () => files.names(),
    remove: (name) => files.remove(name),
    append: (name, text, options) => files.append(name, text, options),
    write(name, text) {
      const json = typeof text === 'string' ? text : [...text].join('');
      const mac = seal.sealed(name, json).split(' ', 1);
      files.write(name, `${json.slice(0, -1)},"mac":"${mac}"}`);
    },
    read(name): PrivateRead {
      const { text, ...refused } = files.read(name);
      if (text === undefined) return refused;
      const [, json, mac] = SIGNED_TEXT.exec(text) ?? [];
      const opened = seal.opened(name, `${mac} ${json}}`);
      return opened === undefined ? { refused: UNSIGNED } : { text: opened };
    },
  };
}

const UNSIGNED = 'it is cut off, or not signed as what steps of this job write is';
