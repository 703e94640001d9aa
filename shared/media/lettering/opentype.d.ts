/** What is used of opentype.js 1.3: its published types would bring a browser's globals into functions. */
declare module 'opentype.js' {
  interface End {
    readonly x: number;
    readonly y: number;
  }
  export type PathCommand =
    | ({ readonly type: 'M' | 'L' } & End)
    | ({ readonly type: 'Q'; readonly x1: number; readonly y1: number } & End)
    | ({ readonly type: 'C'; readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number } & End)
    | { readonly type: 'Z' };
  export interface Font {
    /** 0: the font has no shape for it. */
    charToGlyphIndex(character: string): number;
    getAdvanceWidth(text: string, size: number): number;
    getPath(
      text: string,
      x: number,
      y: number,
      size: number,
      options?: { readonly letterSpacing?: number },
    ): { readonly commands: readonly PathCommand[] };
  }
  function parse(bytes: ArrayBuffer, options?: { readonly lowMemory?: boolean }): Font;
  const opentype: { readonly parse: typeof parse };
  export default opentype;
}
