/** Text that was read, or the reason why not. Neither where nothing is there. */
export interface PrivateRead {
  readonly text?: string;
  /** Reason for not reading it: `others may write it (mode 0660, owner 0)`. */
  readonly refused?: string;
  /** True if the file could not be looked at, or may be ours all the same, so that it must not be removed. */
  readonly unread?: true;
}

/** The files of one folder that are this user's own, by name. What is refused for a moment is tried again within a second. */
export interface Files {
  /** Returns the path of a file, for other programs. */
  path(name: string): string;
  /** Reads a file that is this user's own and nobody else's. Never throws. */
  read(name: string): PrivateRead;
  /** Writes a file for this user only, whole or not at all; whatever stood there is replaced, a link included. Throws. */
  write(name: string, text: string | Iterable<string>): void;
  /** Adds to a file, which `isNew` begins and which has to be there else. Throws. */
  append(name: string, text: string, options?: { readonly isNew: boolean }): void;
  /** All that is in the folder; one that isn't there is empty. Throws where it is no folder, or can't be listed. */
  names(): string[];
  /** Removes a file, and what a process that was killed while writing it has left: all that can be removed, before it throws. */
  remove(name: string): void;
}
