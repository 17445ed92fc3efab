/** The part of ncc's interface that the build uses; the package brings no types. */
declare module '@vercel/ncc' {
  export default function ncc(
    input: string,
    options: {
      readonly cache: false;
      readonly esm: boolean;
      /** Name of the file that all licences go to. */
      readonly license: string;
      /** Fields of a `package.json` that name its module, the first found. */
      readonly mainFields: readonly string[];
      readonly quiet: boolean;
    },
  ): Promise<{
    readonly code: string;
    /** Other files by their names. */
    readonly assets: Readonly<Record<string, { readonly source: string | Uint8Array } | undefined>>;
  }>;
}
