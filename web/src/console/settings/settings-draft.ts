import type * as z from 'zod/mini';
import type { getSettings, saveSettings } from '../../../../shared/contract/settings.ts';

export type ShownSettings = z.output<typeof getSettings.output>;
export type SettingValues = z.input<typeof saveSettings.input>['values'];

/** As it stands in the form: figures are text until they are sent. */
export interface SettingsDraft {
  readonly resultDays: string;
  readonly smsDailyBudget: string;
  readonly batchPhotos: string;
  readonly creditsLow: string;
  readonly supportContact: string;
  readonly moderation: boolean;
  readonly signUp: boolean;
}

export const NUMBERS = ['resultDays', 'smsDailyBudget', 'batchPhotos', 'creditsLow'] as const;

const textOf = (value: number | null): string => (value === null ? '' : String(value));

export const draftOf = (values: ShownSettings['values']): SettingsDraft => ({
  ...values,
  resultDays: textOf(values.resultDays),
  smsDailyBudget: textOf(values.smsDailyBudget),
  batchPhotos: textOf(values.batchPhotos),
  creditsLow: textOf(values.creditsLow),
});

/** What is no whole number is sent as none, which the service refuses by name. */
const numberOf = (text: string): number => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : -1);
const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : numberOf(text));

export const valuesOf = (draft: SettingsDraft): SettingValues => ({
  ...draft,
  resultDays: numberOrNull(draft.resultDays),
  smsDailyBudget: numberOrNull(draft.smsDailyBudget),
  batchPhotos: numberOf(draft.batchPhotos),
  creditsLow: numberOf(draft.creditsLow),
  supportContact: draft.supportContact.trim(),
});
