export interface PlainRequest {
  readonly photoFile: string;
  /** Where one byte a pixel is written, as large as the upright photo. */
  readonly alphaFile: string;
}
export interface PlainReply {
  readonly width: number;
  readonly height: number;
  /** From the photo's bytes to a finished PNG. */
  readonly tookMs: number;
  readonly maxRssMb: number;
}
