/** One picture, or one film, that is in our bucket. */
export interface PictureToCheck {
  readonly key: string;
  /** Names it at whoever checks: at most 64 letters, digits and `_-@#`. */
  readonly dataId: string;
  readonly nowMs: number;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly suggestion: 'Block' | 'Review';
  readonly label: string;
  readonly subLabel: string;
  /** 0 to 100. */
  readonly score: number;
  readonly requestId: string;
}

/** `uncheckable`: the picture is none that can be looked at; `code` says why. `md5` (hex) of the bytes that were looked at. */
export type Verdict =
  | { readonly kind: 'passed'; readonly md5: string | undefined }
  | Refusal
  | { readonly kind: 'uncheckable'; readonly code: string };

/** @throws ModerationUnavailable: nobody has looked, so nothing may be shown */
export type Moderator = (picture: PictureToCheck) => Promise<Verdict>;

/** What a merchant wrote: at most MAX_TEXT_LENGTH characters. */
export interface TextToCheck {
  readonly text: string;
  /** Names it at whoever checks: at most 64 letters, digits and `_-@#`. */
  readonly dataId: string;
  readonly nowMs: number;
}

/** @throws ModerationUnavailable: nobody has read it, so nothing may be made of it */
export type TextModerator = (text: TextToCheck) => Promise<{ readonly kind: 'passed' } | Refusal>;

/**
 * `running`: nobody has looked at all of it yet. `uncheckable`: it is no film that can be looked at. `lost`: the check has come to
 * nothing, and another is to be begun. `code` says why.
 */
export type FilmVerdict =
  | { readonly kind: 'running' }
  | { readonly kind: 'passed' }
  | Refusal
  | { readonly kind: 'uncheckable' | 'lost'; readonly code: string };

/** Films take their time: a check is begun, and asked about later. Both throw ModerationUnavailable. */
export interface FilmModerator {
  /** @returns the name of the check, at most 128 characters of ASCII */
  readonly begin: (film: PictureToCheck) => Promise<string>;
  readonly verdict: (checkId: string, nowMs: number) => Promise<FilmVerdict>;
}

/** What TMS takes in one call: https://cloud.tencent.com/document/product/1124/51860. Counted in UTF-16, which is never fewer. */
export const MAX_TEXT_LENGTH = 10_000;

/** The check could not be made. Worth trying again; never a pass. `code` is the vendor's. */
export class ModerationUnavailable extends Error {
  override readonly name = 'ModerationUnavailable';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`moderation: ${code}`, options);
    this.code = code;
  }
}

/** What IMS takes: sides over 50 and below 10,000 pixels, and a ratio below 90 (SDK 4.1, ims v20201229). */
export function isCheckable(width: number, height: number): boolean {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return short > 50 && long < 10_000 && long / short < 90;
}
