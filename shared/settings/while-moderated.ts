import type { ReadSettings } from './settings.ts';

/** Who looks at pictures and reads texts, while operators have it on. Where nobody is configured nothing is asked. */
export function whileModerated<Moderators extends object>(moderators: Moderators, settings: ReadSettings) {
  const isConfigured = Object.values(moderators).some((one) => one !== undefined);
  return async (nowMs: number): Promise<Partial<Moderators>> =>
    isConfigured && (await settings(nowMs)).moderation ? moderators : {};
}
