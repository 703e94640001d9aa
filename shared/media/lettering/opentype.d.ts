/** What is used of opentype.js 1.3: its published types would bring a browser's globals into functions. */
declare module 'opentype.js' {
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
    ): { toPathData(decimals: number): string };
  }
  function parse(bytes: ArrayBuffer, options?: { readonly lowMemory?: boolean }): Font;
  const opentype: { readonly parse: typeof parse };
  export default opentype;
}
