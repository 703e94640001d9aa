/**
 * CNY, before any discount. **Assumptions**: Tencent's price pages could not be read when this was written, so they are of the
 * order of the public list prices of mainland regions; put today's in before believing a sum.
 */
export const PRICES = {
  scfPerGbSecond: 0.000111,
  scfPer10kCalls: 0.0133,
  cosPerGbMonth: 0.118,
  cosPer10kRequests: 0.01,
  downloadPerGb: 0.5,
  /** A primary with a replica in another zone, by its cores, with memory of four times that. */
  databasePerCoreMonth: 300,
  /** A login code. */
  smsEach: 0.045,
} as const;

/** What a task moves and keeps: a photo that stays for a day after its work, pictures that are kept for a month. Assumptions. */
export const TASK_BYTES = { photoMb: 3, picturesMb: 2, keptPhotoDays: 7, keptPicturesDays: 30 } as const;

export const SMS_PER_MERCHANT_MONTH = 1;
