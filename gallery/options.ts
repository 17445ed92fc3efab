/** Options of `npm run summary-gallery`. */
export interface GalleryOptions {
  readonly help: boolean;
  /** Part of the names of the scenes to show; undefined for all. */
  readonly only: string | undefined;
  readonly pictures: boolean;
  /** True to take the README's pictures and no others. */
  readonly readme: boolean;
}

export const HELP = `Shows job summaries as GitHub renders them, each of a real step in front of the emulator: npm run summary-gallery

  --only TEXT     only scenes whose name has this in it
  --no-pictures   pages alone, without a browser
  --readme        takes the README's pictures instead, to docs/pictures
  --help          this text

Pages, pictures and index.html go to gallery/out. Pictures need a Chromium on the PATH, or its path in CHROME: 1012 and 400
pixels wide, light and dark; those with -open have all details open. The packages of gallery/package.json are installed
when they are missing. It ends with 1 when a summary breaks a rule of gallery/rules.
`;

/** Reads the command line. Throws at what it doesn't know. */
export function readOptions(args: readonly string[]): GalleryOptions {
  let options: GalleryOptions = { help: false, only: undefined, pictures: true, readme: false };
  for (let index = 0; index < args.length; index++) {
    switch (args[index]) {
      case '--help':
        options = { ...options, help: true };
        break;
      case '--no-pictures':
        options = { ...options, pictures: false };
        break;
      case '--readme':
        options = { ...options, readme: true };
        break;
      case '--only':
        index += 1;
        options = { ...options, only: args[index] };
        break;
      default:
        throw new Error(`There is no option ${args[index]}; --help shows them.`);
    }
  }
  return options;
}
