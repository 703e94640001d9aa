import type * as z from 'zod/mini';
import type { listPresets, savePreset } from '../../../../shared/contract/presets.ts';

export type Preset = z.output<typeof listPresets.output>['items'][number];
export type PresetSaving = Omit<z.input<typeof savePreset.input>, 'baseVersion' | 'reason'>;

export const PLATFORM_TEXTS: Readonly<Record<Preset['platform'], readonly [zh: string, en: string]>> = {
  taobao: ['淘宝 / 天猫', 'Taobao / Tmall'],
  jd: ['京东', 'JD.com'],
  pinduoduo: ['拼多多', 'Pinduoduo'],
  douyin: ['抖音', 'Douyin'],
  xiaohongshu: ['小红书', 'Xiaohongshu'],
  amazon: ['Amazon', 'Amazon'],
  shopify: ['Shopify', 'Shopify'],
};

/** As it stands in the form: figures are text until they are sent, shares in percent. */
export interface PresetDraft {
  readonly width: string;
  readonly height: string;
  readonly minBytes: string;
  readonly maxBytes: string;
  readonly fill: string;
  readonly margin: string;
  readonly source: string;
  readonly sourceUrl: string;
  readonly ground: Preset['ground'];
  readonly verified: boolean;
}

const percent = (share: number): string => String(Math.round(share * 1000) / 10);

export const draftOf = ({ width, height, bytes, fill, margin, source, sourceUrl, ground }: Preset): PresetDraft => ({
  ...{ width: String(width), height: String(height), minBytes: String(bytes.min), maxBytes: String(bytes.max) },
  ...{ fill: percent(fill), margin: percent(margin), source, sourceUrl, ground, verified: false },
});

/** What is no number is sent as none, which the service refuses by name. */
const wholeOf = (text: string): number => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : -1);
const shareOf = (text: string): number =>
  /^\d{1,3}(\.\d)?$/.test(text.trim()) ? Math.round(Number(text) * 10) / 1000 : -1;

export const savingOf = (presetId: string, draft: PresetDraft): PresetSaving => ({
  ...{ presetId, width: wholeOf(draft.width), height: wholeOf(draft.height), ground: draft.ground },
  bytes: { min: wholeOf(draft.minBytes), max: wholeOf(draft.maxBytes) },
  ...{ fill: shareOf(draft.fill), margin: shareOf(draft.margin), verified: draft.verified },
  ...{ source: draft.source.trim(), sourceUrl: draft.sourceUrl.trim() },
});

const STALE_MS = 90 * 86_400_000;

/** Nobody has compared it with its source lately. */
export const isStale = ({ verifiedAt }: Preset, nowMs: number): boolean =>
  verifiedAt === null || nowMs - Date.parse(verifiedAt) > STALE_MS;
