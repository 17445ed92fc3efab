import type { Fly } from '../../emulator/fly.js';
import type { Script } from '../script/script.js';

/** Mints the tokens of a script and returns their texts by name. */
export function mintTokens({ tokens, start }: Script, fly: Fly): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tokens).map(([name, { expiresAt, ...options }]) => {
      const expires = expiresAt === undefined ? {} : { expires: Math.floor((start + expiresAt) / 1_000) };
      return [name, fly.mintToken({ ...options, ...expires })];
    }),
  );
}
