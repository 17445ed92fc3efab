import { readFileSync, writeFileSync } from 'node:fs';
import UPNG from 'upng-js';

/** Colours that a picture of text and emoji can do with. */
const COLORS = 96;

/** Makes a PNG smaller by giving it a palette, since a browser writes three bytes for each pixel. */
export function reduceColors(path: string): void {
  const picture = UPNG.decode(readFileSync(path));
  const { width, height } = picture;
  writeFileSync(path, new Uint8Array(UPNG.encode(UPNG.toRGBA8(picture), width, height, COLORS)));
}
