import { randomLetters } from './cashier-merchant.ts';

/** Files behind addresses that do not last. */
export interface DownloadDesk {
  /** @returns the token of the address */
  offer(bytes: Buffer, expiresAtMs: number): string;
  /** Undefined: never offered, or no longer. */
  take(token: string, nowMs: number): Buffer | undefined;
}

export function downloadDesk(): DownloadDesk {
  const files = new Map<string, { readonly bytes: Buffer; readonly expiresAtMs: number }>();
  return {
    offer(bytes, expiresAtMs) {
      const token = randomLetters(48);
      files.set(token, { bytes, expiresAtMs });
      return token;
    },
    take(token, nowMs) {
      for (const [one, { expiresAtMs }] of files) if (nowMs > expiresAtMs) files.delete(one);
      return files.get(token)?.bytes;
    },
  };
}
