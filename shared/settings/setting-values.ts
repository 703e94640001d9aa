import type { Settings } from './settings.ts';

/** What an operator may change of the settings. */
export type SettingValues = Pick<
  Settings,
  'resultDays' | 'smsDailyBudget' | 'moderation' | 'signUp' | 'batchPhotos' | 'creditsLow' | 'supportContact'
>;

export const valuesOf = (settings: Settings): SettingValues => {
  const { resultDays, smsDailyBudget, moderation, signUp, batchPhotos, creditsLow, supportContact } = settings;
  return { resultDays, smsDailyBudget, moderation, signUp, batchPhotos, creditsLow, supportContact };
};
