/** The parts of tinyh264 0.0.7 that are used: the worker of the package wants a browser's. */
declare module 'tinyh264/lib/TinyH264.js' {
  export interface TinyH264Module {
    readonly HEAPU8: Uint8Array;
  }
  export default function load(): Promise<TinyH264Module>;
}
declare module 'tinyh264/lib/TinyH264Decoder.js' {
  import type { TinyH264Module } from 'tinyh264/lib/TinyH264.js';

  export default class TinyH264Decoder {
    constructor(module: TinyH264Module, onPictureReady: (yuv420: Uint8Array, width: number, height: number) => void);
    decode(unit: Uint8Array): void;
    release(): void;
  }
}
