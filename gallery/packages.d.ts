/**
 * The parts of the gallery's packages that it calls. They are declared here, because the packages are installed for the
 * gallery alone and types must check without them.
 */
declare module 'micromark' {
  export function micromark(
    markdown: string,
    options: {
      readonly allowDangerousHtml: boolean;
      readonly extensions: readonly unknown[];
      readonly htmlExtensions: readonly unknown[];
    },
  ): string;
}

declare module 'micromark-extension-gfm' {
  export function gfm(): unknown;
  export function gfmHtml(): unknown;
}

declare module 'hast-util-from-html' {
  export function fromHtml(html: string, options: { readonly fragment: boolean }): unknown;
}

declare module 'hast-util-sanitize' {
  export const defaultSchema: { readonly tagNames: readonly string[] };
  export function sanitize(tree: unknown, schema: unknown): unknown;
}

declare module 'hast-util-to-html' {
  export function toHtml(tree: unknown): string;
}

declare module 'dompurify' {
  const purify: Record<string, unknown>;
  export default purify;
}

declare module 'mermaid' {
  const mermaid: {
    parse(text: string): Promise<unknown>;
    readonly mermaidAPI: {
      getDiagramFromText(text: string): Promise<{ readonly db: { readonly getTasks?: () => unknown } }>;
    };
  };
  export default mermaid;
}

declare module 'playwright-core' {
  export interface Page {
    goto(url: string): Promise<unknown>;
    setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>;
    emulateMedia(media: { readonly colorScheme: 'light' | 'dark' }): Promise<void>;
    evaluate<T>(expression: string): Promise<T>;
    waitForFunction(expression: string): Promise<unknown>;
    screenshot(options: { readonly path: string; readonly fullPage: boolean }): Promise<unknown>;
    close(): Promise<void>;
  }
  export interface Browser {
    newPage(): Promise<Page>;
    close(): Promise<void>;
  }
  export const chromium: {
    launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>;
  };
}

declare module 'upng-js' {
  interface Picture {
    readonly width: number;
    readonly height: number;
  }
  const UPNG: {
    decode(bytes: Uint8Array): Picture;
    toRGBA8(picture: Picture): ArrayBuffer[];
    encode(frames: readonly ArrayBuffer[], width: number, height: number, colors: number): ArrayBuffer;
  };
  export default UPNG;
}
